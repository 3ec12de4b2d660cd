// The part of the browser's API that Tandem uses and TypeScript does not know, for `tsc --checkJs`.
declare namespace chrome {
  interface Event<Listener> {
    addListener(listener: Listener): void;
  }
  namespace runtime {
    interface Context {
      tabId: number;
      windowId: number;
    }
    interface MessageSender {
      id?: string;
      url?: string;
      origin?: string;
      frameId?: number;
      documentId?: string;
      documentLifecycle?: string;
      tab?: tabs.Tab;
    }
    interface Port {
      name: string;
      sender?: MessageSender;
      onMessage: Event<(message: unknown) => void>;
      onDisconnect: Event<() => void>;
      postMessage(message: unknown): void;
      disconnect(): void;
    }
    const id: string;
    const lastError: { message?: string } | undefined;
    const onConnect: Event<(port: Port) => void>;
    const onInstalled: Event<(details: { reason: string }) => void>;
    const onMessage: Event<(message: any, sender: MessageSender, answer: (response: unknown) => void) => boolean>;
    function connect(info: { name: string }): Port;
    function getPlatformInfo(): Promise<unknown>;
    function getContexts(filter: { contextTypes: string[]; documentUrls: string[] }): Promise<Context[]>;
    function getURL(path: string): string;
    function sendMessage(message: unknown): Promise<unknown>;
  }
  namespace extension {
    function getViews(filter: { type: "tab" }): (Window & { chrome: typeof chrome })[];
  }
  namespace offscreen {
    function createDocument(options: { url: string; reasons: string[]; justification: string }): Promise<void>;
  }
  namespace scripting {
    interface RegisteredContentScript {
      id: string;
      matches?: string[];
      js?: string[];
      runAt?: string;
      allFrames?: boolean;
      world?: string;
    }
    function getRegisteredContentScripts(): Promise<RegisteredContentScript[]>;
    function registerContentScripts(scripts: RegisteredContentScript[]): Promise<void>;
    function unregisterContentScripts(filter: { ids: string[] }): Promise<void>;
    function updateContentScripts(scripts: RegisteredContentScript[]): Promise<void>;
  }
  namespace windows {
    interface Window {
      id?: number;
      left?: number;
      top?: number;
      width?: number;
    }
    function create(options: object): Promise<Window>;
    function get(id: number): Promise<Window>;
    function getLastFocused(): Promise<Window>;
    function update(id: number, changes: { focused: boolean }): Promise<Window>;
  }
  namespace tabs {
    interface Tab {
      id?: number;
      windowId?: number;
      url?: string;
    }
    function create(options: { url: string }): Promise<Tab>;
    function getCurrent(): Promise<Tab | undefined>;
    function query(filter: { active: boolean; currentWindow: boolean }): Promise<Tab[]>;
    function update(id: number, changes: { active: boolean }): Promise<Tab>;
  }
  namespace action {
    function setBadgeBackgroundColor(details: { color: string }): Promise<void>;
    function setBadgeText(details: { text: string }): Promise<void>;
  }
  namespace permissions {
    function contains(permissions: { origins: string[] }): Promise<boolean>;
    function remove(permissions: { origins: string[] }): Promise<boolean>;
    function request(permissions: { origins: string[] }): Promise<boolean>;
  }
  namespace i18n {
    function getMessage(key: string, substitutions?: string[]): string;
  }
}
