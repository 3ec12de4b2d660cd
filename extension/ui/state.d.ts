// The backend's state as the screens get it (docs/ui.md).
type Qr = { size: number; path: string };
type Network = {
  chain_id: string;
  name: string;
  symbol: string;
  rpc_url: string;
  explorer: string | null;
  local: boolean;
};
type Amount = { value: string; symbol: string; exact: string };
type PhoneStage = "waiting" | "joined" | "running" | "finishing" | "done";
type Fault = { code?: number; reason: string; message: string };
type Summary = {
  accounts?: string[];
  chain_id?: string;
  name?: string;
  text?: string | null;
  hex?: string;
  binary?: boolean;
  digest?: string | null;
  title?: "send" | "erc20_transfer" | "erc20_approve" | "contract_call" | "deploy";
  amount?: Amount | null;
  unlimited?: boolean;
  to?: string | null;
  contract?: string | null;
  token?: { address: string; symbol: string | null; decimals: number | null } | null;
  fee?: Amount | null;
  max_fee_gwei?: string;
  priority_fee_gwei?: string;
  gas_limit?: string | number;
  nonce?: string | number;
  data?: string;
  selector?: string | null;
  understood?: boolean;
};
type Pairing = {
  link: string;
  qr: Qr;
  stage: PhoneStage;
  round: number;
  rounds: number;
  item: number;
  items: number;
  peers: string[];
};
type WalletRequest = {
  id: string;
  origin: string;
  top: string;
  method: string;
  kind: "connect" | "message" | "transaction" | "network";
  state:
    | "received"
    | "validated"
    | "awaiting_unlock"
    | "awaiting_approval"
    | "awaiting_phone"
    | "signing"
    | "signed"
    | "broadcast"
    | "done"
    | "failed";
  created: number;
  expires: number | null;
  account: string | null;
  network: { chain_id: string; name: string; symbol: string } | null;
  summary: Summary;
  phone: Pairing | null;
  result: string | null;
  explorer: string | null;
  error: Fault | null;
};
type Ceremony = {
  kind: "keygen";
  stage: PhoneStage | "failed";
  link: string;
  qr: Qr;
  peers: string[];
  needed: number;
  round: number;
  rounds: number;
  expires: number;
  error: Fault | null;
};
type State = {
  stage: "empty" | "locked" | "open";
  version: string;
  vault: null | {
    name: string;
    party: string;
    signers: string[];
    threshold: number;
    address: string;
    qr: Qr;
  };
  network: Network;
  networks: Network[];
  balance: Amount | null;
  sites: { origin: string; accounts: string[]; chain_id: string; since: number }[];
  requests: WalletRequest[];
  ceremony: Ceremony | null;
  settings: { relay_url: string; auto_lock_minutes: number };
};
type Waiting = { key: string; origin: string; top: string; method: string; created: number };
type Push = { state: State | null; engine: "off" | "starting" | "ready" | "failed"; waiting: Waiting[] };
