// The backend's state as the screens get it (docs/ui.md).
type Qr = { size: number; path: string };
type Space = "eip155" | "solana";
/** `chain` is "eip155:1", "solana:mainnet" and so on; `explorer` has the id at its end, or at {} (Solana). */
type Network = {
  chain: string;
  name: string;
  symbol: string;
  rpc_url: string;
  explorer: string | null;
  local: boolean;
  /** It was added to our list. */
  custom: boolean;
  nodes: { url: string; own: boolean; health: "unknown" | "good" | "failing" | "wrong_chain"; millis: number | null }[];
};
type Amount = { value: string; symbol: string; exact: string };
type PhoneStage = "waiting" | "joined" | "running" | "finishing" | "done";
type Fault = { code?: number; reason: string; message: string };
/** Of one message. `foreign`: it signs in to a domain that is not the asking origin's. */
type MessageSummary = {
  text?: string | null;
  hex?: string;
  binary?: boolean;
  digest?: string | null;
  sign_in?: string | null;
  foreign?: boolean;
  typed?: Typed;
  siwe?: SignInFields;
  /** The phone shows only hashes of it. */
  phone_blind?: boolean;
};
/** EIP-4361. `wrong`: domain, scheme, uri, address, chain, expired, early, malformed (then only the domain is known). */
type SignInFields = {
  domain: string;
  wrong: string[];
  address?: string;
  statement?: string | null;
  uri?: string;
  version?: string;
  chain_id?: string;
  nonce?: string;
  issued_at?: string;
  expiration_time?: string | null;
  not_before?: string | null;
  request_id?: string | null;
  resources?: string[];
};
/** What typed data hands out by the signature alone; an `amount` without a symbol is in base units, `until` epoch seconds as text. */
type Grant = { token: string; spender: string; amount: Amount; unlimited: boolean; until: string };
/** EIP-712. A field is its depth, name and value; null is a struct or list, whose members follow one deeper. */
type Typed = {
  primary: string;
  name: string | null;
  contract: string | null;
  chain_id: number | null;
  fields: [number, string, string | null][];
  grants: Grant[];
  /** What it lets happen by the signature alone, in steps as a call's. */
  order?: Summary | null;
};
/** As the other device says it; `least` and `recipient` are out of the memo that is signed. Amounts are human. */
type Swap = {
  provider: string;
  gives: string;
  gives_symbol: string;
  expected: string;
  gets_symbol: string;
  gets_chain: string;
  least: string | null;
  recipient: string | null;
  memo: string | null;
  expires: number | null;
  /** It pays an Ethereum address that is not the account's own. */
  foreign: boolean;
};
type Summary = MessageSummary & {
  accounts?: string[];
  messages?: MessageSummary[];
  domain?: string;
  statement?: string | null;
  title?: string;
  amount?: Amount | null;
  unlimited?: boolean;
  to?: string | null;
  contract?: string | null;
  token?: { address: string; symbol: string | null; decimals: number | null } | null;
  fee?: Amount | null;
  max_fee_gwei?: string;
  /** null where there is one gas price, which is paid whole. */
  priority_fee_gwei?: string | null;
  gas_limit?: string | number;
  nonce?: string | number;
  data?: string;
  selector?: string | null;
  understood?: boolean;
  contract_name?: string | null;
  /** Of an EVM transaction: what it does (one tree), what the account gives, what to be warned of, what a node expects. */
  steps?: EvmStep[];
  leaves?: (Amount & Partial<StepAmount>)[];
  findings?: Finding[];
  simulation?: Simulation | null;
  would_fail?: boolean | null;
  /** Of a network to be added; `imitates`: the network of our list whose name it bears. */
  name?: string;
  chain_id?: number;
  symbol?: string;
  rpc_urls?: string[];
  explorer?: string | null;
  imitates?: string | null;
  /** Of a token to be listed. */
  standard?: string;
  token_id?: string | null;
  /** A swap that another device prepared. */
  swap?: Swap;
  /** What the fee could be instead; `speed` is the one it is, null where the page chose. */
  speeds?: { speed: "slow" | "normal" | "fast"; max_fee: string; priority_fee: string; fee: Amount }[];
  speed?: string | null;
  /** Taken for its bytes beside the fee for gas (OP stack). */
  data_fee?: Amount | null;
  /** The account has less of the token than the transaction sends. */
  short?: boolean;
  /** The site chose a nonce that is not the next one. */
  nonce_ahead?: boolean;
  /** The addresses that it says it will touch (EIP-2930). */
  access_list?: { addresses: number; slots: number; entries: { address: string; name: string | null; slots: string[] }[] } | null;
  authorizations?: Authorization[];
  /** An app on the phone can show it as hexadecimal digits only. */
  phone_digits?: boolean;
  /** The hash of the transaction whose place it takes; with `cancels` nothing happens then. */
  replaces?: string;
  cancels?: boolean;
  /** Several EVM transactions in one approval. */
  calls?: Summary[];
  transactions?: SolanaTransaction[];
};
/** An account (`authority`) that gets a contract's code (EIP-7702), or gives it up; `nonce` is that account's. */
type Authorization = {
  authority: string;
  own: boolean;
  delegate: string;
  name: string | null;
  takes_back: boolean;
  everywhere: boolean;
  nonce: string;
};
/** `token` is the contract, null the network's coin; `item`: the value is one item's number; all: no number is meant. */
type StepAmount = Amount & { token: string | null; bound: "exact" | "least" | "most" | "all"; item: boolean };
/** One of `amount`, `address` (with its name and whether it is the account), `until` (epoch seconds), `text`, `data`. */
type StepFact = {
  name: string;
  amount?: StepAmount;
  address?: string;
  name_of?: string | null;
  own?: boolean;
  until?: string;
  text?: string;
  data?: string;
};
/** One step of an EVM call, or a bundle of them. `believed`: false where the words are only the contract's own claim;
 * `sender` where it is not the account. */
type EvmStep = {
  kind: string;
  understood: boolean;
  unlimited: boolean;
  believed: boolean;
  contract: { address: string; name: string | null; own: boolean };
  sender: string | null;
  facts: StepFact[];
  steps: EvmStep[];
};
/** `like` is the known address that `address` only looks like. */
type Finding = { kind: string; danger: boolean; address?: string | null; like?: string | null };
/** A node's word. `why`: the reason of there being none. */
type Simulation = {
  state: "running" | "off" | "none" | "fails" | "passes" | "done";
  why?: string;
  reason?: string | null;
  /** known: the token is one of our list; of any other the name is only its own. */
  changes?: { amount: StepAmount; gains: boolean; known: boolean }[];
  allowances?: { amount: StepAmount; spender: string; unlimited: boolean }[];
};
/** One step of a Solana transaction: its `kind`, and that kind's fields as text. */
type Step = {
  kind: string;
  understood: boolean;
  amount?: Amount | string;
  unlimited?: boolean;
  [field: string]: unknown;
};
type SolanaTransaction = {
  title: string;
  understood: boolean;
  amount: Amount | null;
  unlimited: boolean;
  leaves: (Amount & { token: string | null })[];
  steps: Step[];
  warnings: string[];
  fee: Amount | null;
  fee_payer: string;
  pays_fee: boolean;
  signers: string[];
  network: string;
  version: "legacy" | number;
  blockhash: string;
  lookups: { table: string; writable: number; readonly: number }[];
  message: string;
};
/** What an app shows for what it is asked to sign; the names are chains/phone.py's. */
type PhoneView = { rows: [string, string][]; notes: string[] };
type Pairing = {
  link: string;
  qr: Qr;
  stage: PhoneStage;
  round: number;
  rounds: number;
  item: number;
  items: number;
  part: number;
  parts: number;
  /** The vault server is asked to sign. */
  server: boolean;
  /** The other devices were told by push, and can be told again. */
  push: boolean;
  shows: PhoneView;
  peers: string[];
};
/** What a person is asked, by a site or by another device. */
type Asked = {
  kind: "connect" | "sign_in" | "message" | "transaction" | "network" | "asset";
  space: Space;
  origin: string;
  account: string | null;
  network: { chain: string; name: string; symbol: string } | null;
  summary: Summary;
};
type WalletRequest = Asked & {
  id: string;
  top: string;
  method: string;
  state:
    | "received"
    | "validated"
    | "awaiting_unlock"
    | "awaiting_approval"
    | "awaiting_phone"
    | "stalled"
    | "signing"
    | "signed"
    | "broadcast"
    | "done"
    | "failed";
  created: number;
  /** When the phone is not awaited any more, or when nobody's decision is. */
  expires: number | null;
  /** No page waits for it. */
  gone: boolean;
  /** The signature that no page was there to take. */
  unclaimed: string | null;
  sends: boolean;
  phone: Pairing | null;
  /** The request that has to be over before the phone is asked for this one. */
  behind: string | null;
  /** Before the yes: what an app will show, once for each link. */
  shows: PhoneView[];
  result: string | null;
  sent: { id: string; explorer: string | null }[];
  error: Fault | null;
};
type FaceName = "solana" | "ethereum" | "vultisig" | "none";
/** What this wallet invites other devices to. */
type Ceremony = {
  kind: "keygen" | "key_import" | "migrate" | "reshare";
  stage: PhoneStage | "failed";
  link: string;
  qr: Qr;
  peers: string[];
  needed: number;
  round: number;
  rounds: number;
  expires: number;
  error: Fault | null;
  /** The vault server is one of the devices. */
  server?: boolean;
  /** When done: whether all others have said, or with a server proved, that they stored their share. */
  confirmed?: boolean;
};
/** What another device invited this wallet to, by a link. `devices`: the vault's until now; `member`: this is one. */
type Joining = (
  | { kind: "keygen"; name: string }
  | { kind: "key_import"; name: string; chains: string[] }
  | { kind: "migrate"; name: string; devices: string[] }
  | { kind: "reshare"; name: string; devices: string[]; member: boolean }
  | { kind: "keysign"; request: Asked & { kind: "connect" | "sign_in" | "message" | "transaction"; initiator: string } }
) & {
  stage: "asking" | PhoneStage | "failed";
  relay: string;
  peers: string[];
  round: number;
  rounds: number;
  item: number;
  items: number;
  expires: number;
  error: Fault | null;
};
/** `balance` null: not known, or of a token that is one of its kind. */
type Token = {
  chain: string;
  standard: string;
  contract: string;
  symbol: string;
  decimals: number;
  token_id: string | null;
  balance: Amount | null;
};
type Account = {
  space: Space;
  address: string;
  qr: Qr;
  balance: Amount | null;
  /** What the person lists, on the network shown. */
  tokens: Token[];
  network: Network;
  networks: Network[];
};
type Site = {
  origin: string;
  accounts: { eip155?: string[]; solana?: string[] };
  chain: string;
  since: number;
  until: number | null;
  /** What it is limited to; empty: all networks. */
  chains: string[];
  used: number;
};
/** A site that may not ask: for good, or until then. */
type Refused = { origin: string; blocked: boolean; until: number };
/** A line of the history. `final`: no block with it is taken back any more. */
type ActivityRow = {
  number: number;
  request: string;
  place: number;
  at: number;
  origin: string;
  method: string;
  network: string;
  amount: string;
  status: "done" | "failed" | "signed" | "unsent" | "pending" | "mined" | "reverted" | "replaced" | "dropped";
  reason: string;
  name: string;
  confirmations: number;
  final: boolean;
  explorer: string | null;
  replaceable: boolean;
  sendable: boolean;
};
type State = {
  stage: "empty" | "locked" | "open";
  version: string;
  vault: null | {
    name: string;
    party: string;
    signers: string[];
    threshold: number;
    /** Of a recovery phrase's keys. */
    imported?: boolean;
    /** When a backup file was last seen to be good; epoch seconds. */
    backup?: number | null;
    /** After a change of devices the shares from before are kept until they are removed; "tested": the new ones have signed. */
    old_shares?: "untested" | "tested";
  };
  accounts: Account[];
  sites: Site[];
  refused: Refused[];
  requests: WalletRequest[];
  /** `version` grows with each change of the history; `followed` transactions are not final. */
  activity: { version: number; followed: number };
  ceremony: Ceremony | null;
  joining: Joining | null;
  settings: {
    relay_url: string;
    auto_lock_minutes: number;
    /** By origin: the names of the window that a site gets us under, or none alone. */
    window: Record<string, FaceName[]>;
    /** Where it is; empty while it is off. */
    vault_server: string;
    push_service: string;
    simulate: boolean;
  };
};
type Waiting = { key: string; origin: string; top: string; method: string; created: number };
type Push = { state: State | null; engine: "off" | "starting" | "ready" | "failed"; vault: string | null; waiting: Waiting[]; reminded: boolean };
