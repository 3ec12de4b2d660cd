"""Presses the buttons of the MetaMask test dApp and says what came of each: docs/test-dapp.md is this, as a table.

What a person would decide is decided at once, over the port that the extension's own pages use; the phone follows each
link. The page's provider is wrapped to see every request and its end; the rest is the page's own code.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tools import place
from tools.stage import RICH, Phone, Stage

TABLE: Final = place.ROOT / "docs" / "test-dapp.md"

# Every request that the page makes from now on: what it asked, and how that ended.
_WATCH: Final = """() => new Promise((resolve) => {
    window.log = [];
    addEventListener("eip6963:announceProvider", ({ detail: { info, provider } }) => {
        if (info.rdns !== "app.tandem.wallet" || provider.watched) return;
        provider.watched = true;
        const { request, sendAsync } = provider;
        const entry = ({ method }) => log[log.push({ method, over: false }) - 1];
        const failed = (at, { code, data }) => Object.assign(at, { over: true, code, reason: data?.reason });
        provider.request = (asked) => {
            const at = entry(asked);
            return request(asked).then(
                (result) => { at.over = true; return result; },
                (error) => { failed(at, error); throw error; },
            );
        };
        provider.sendAsync = (asked, callback) => {
            const all = [asked].flat().map(entry);
            return sendAsync(asked, (error, responses) => {
                [responses].flat().forEach(({ error }, i) => error ? failed(all[i], error) : (all[i].over = true));
                callback?.(error, responses);
            });
        };
        resolve();
    });
    dispatchEvent(new Event("eip6963:requestProvider"));
})"""

# The extension's state as its own pages get it, and their calls.
_SEAT: Final = """() => {
    const port = chrome.runtime.connect({ name: "ui" });
    let id = 1000;
    window.known = null;
    port.onMessage.addListener((message) => { if (message.state) window.known = message.state; });
    window.say = (call, params) => port.postMessage({ id: id++, call, params });
}"""
_REQUESTS: Final = """() => (window.known?.requests ?? []).map((r) =>
    ({ id: r.id, state: r.state, link: r.phone?.link ?? "", stage: r.phone?.stage ?? "" }))"""

_QUIET: Final = 0.25  # seconds without anything new, after which a button has had its effect
_LIMIT: Final = 40.0
_READS: Final = ("eth_accounts", "eth_chainId", "net_version", "eth_get", "eth_call", "eth_est", "eth_block", "eth_gas")


@dataclass(frozen=True)
class Button:
    """One button. yes: what the person says; after: what has to be pressed before it; fill: fields, by id; me and token
    stand for the account and the page's own token; shows: where the page then writes the account that it recovered;
    instead: why it is not pressed."""

    id: str
    label: str
    yes: bool = True
    after: tuple[str, ...] = ()
    fill: dict[str, str] = field(default_factory=dict)
    shows: str = ""
    instead: str = ""


def _token(name: str, label: str) -> Button:
    return Button(name, label, after=("createToken",))


def _piece(name: str, label: str, *after: str) -> Button:
    return Button(name, label, after=("deployNFTsButton", *after))


def _check(sign: str, label: str, shows: str = "") -> Button:
    return Button(f"{sign}Verify", label, after=(sign,), shows=shows or f"{sign}VerifyResult")


_ELSEWHERE = "its link leads to another wallet's app"
_MAINNET = "the page enables it on Ethereum's main network only"
_NO_DOMAIN_TYPE = (
    "the page leaves the domain's type out; its library then checks for an empty domain, while this wallet (as ethers "
    "and the apps do) signs for the domain that the page names"
)
_NOTHING = "nothing is asked of the wallet: an entry in the page's own form"

BUTTONS: Final = (
    Button("useWindowProviderButton", "Use window.ethereum", instead="it chooses the provider inside the page"),
    Button("walletConnect", "Wallet Connect", instead="WalletConnect, which this wallet does not speak"),
    Button("sdkConnect", "SDK Connect", instead="the SDK of another wallet"),
    Button("connectButton", "Connect"),
    Button("getAccounts", "eth_accounts"),
    Button("requestPermissions", "Request Permissions"),
    Button("getPermissions", "Get Permissions"),
    Button("openNetworkPicker", "Current Network", instead="it opens a list inside the page"),
    Button("sendButton", "Send Legacy Transaction"),
    Button("sendEIP1559Button", "Send EIP 1559 Transaction"),
    Button("sendEIP1559WithoutGasButton", "Send EIP 1559 Without Gas"),
    Button("", "(Mobile) … with Deeplink, seven buttons", instead=_ELSEWHERE),
    Button("deployButton", "Deploy Contract"),
    Button("depositButton", "Deposit", after=("deployButton",)),
    Button("withdrawButton", "Withdraw", after=("deployButton", "depositButton")),
    Button("deployFailingButton", "Deploy Failing Contract"),
    Button("sendFailingButton", "Send Failing Transaction", after=("deployFailingButton",)),
    Button("deployMultisigButton", "Deploy Multisig Contract"),
    Button("sendMultisigButton", "Send ETH to Multisig Address", after=("deployMultisigButton",)),
    Button("sendHeavyHexDataButton", "Send with heavy hex data"),
    Button("createToken", "Create Token"),
    _token("watchAssets", "Add Token(s) to Wallet"),
    _token("transferTokens", "Transfer Tokens"),
    _token("approveTokens", "Approve Tokens"),
    _token("increaseTokenAllowance", "Increase Token Allowance"),
    _token("getAllowance", "Get Allowance"),
    Button(
        "transferFromTokens",
        "Transfer From Tokens (which nobody allowed)",
        after=("createToken",),
        fill={"transferFromSenderInput": RICH, "transferFromRecipientInput": "me"},
    ),
    _token("transferTokensWithoutGas", "Transfer Tokens Without Gas"),
    _token("approveTokensWithoutGas", "Approve Tokens Without Gas"),
    Button("deployNFTsButton", "ERC 721 Deploy"),
    _piece("mintButton", "Mint"),
    _piece("watchNFTButton", "Watch NFT", "mintButton"),
    _piece("watchNFTsButton", "Watch all NFTs", "mintButton"),
    _piece("approveButton", "Approve", "mintButton"),
    _piece("setApprovalForAllButton", "ERC 721 Set Approval For All", "mintButton"),
    _piece("revokeButton", "ERC 721 Revoke", "mintButton"),
    _piece("transferFromButton", "Transfer From", "mintButton"),
    _piece("sign721Permit", "ERC 721 Permit, Sign"),
    Button("sign721PermitVerify", "ERC 721 Permit, Verify", instead=_NO_DOMAIN_TYPE),
    Button("deployERC1155Button", "ERC 1155 Deploy"),
    Button(
        "batchMintButton",
        "Batch Mint",
        after=("deployERC1155Button",),
        fill={"batchMintTokenIds": "1, 2, 3", "batchMintIdAmounts": "5, 5, 5"},
    ),
    Button(
        "batchTransferFromButton",
        "Batch Transfer",
        after=("deployERC1155Button", "batchMintButton"),
        fill={"batchTransferTokenIds": "1, 2", "batchTransferTokenAmounts": "1, 1"},
    ),
    Button("watchAssetButton", "Watch ERC1155 Asset", after=("deployERC1155Button", "batchMintButton")),
    Button("setApprovalForAllERC1155Button", "ERC 1155 Set Approval For All", after=("deployERC1155Button",)),
    Button("revokeERC1155Button", "ERC 1155 Revoke", after=("deployERC1155Button",)),
    Button(
        "eip747WatchButton",
        "Add Token (EIP 747)",
        after=("createToken",),
        fill={"eip747ContractAddress": "token", "eip747Symbol": "TST", "eip747Decimals": "4"},
    ),
    Button("eip5792SendCallsEdit", "Edit Request", instead=_NOTHING),
    Button("eip5792AddCall", "Add Call", instead=_NOTHING),
    Button("eip5792SendCallsButton", "Send Calls (all or nothing)"),
    Button("eip5792SendCallsApprovalButton", "Send Calls - Multiple Approvals (all or nothing)"),
    Button("eip5792SendCallsRequiredAssetsButton", "Send Calls - Required Assets", instead=_MAINNET),
    Button("eip5792GetCallsStatusButton", "Get Calls Status (of no batch)", fill={"eip5792RequestIdInput": "0x1234"}),
    Button("eip5792GetCapabilitiesButton", "Get Capabilities"),
    Button("resetConfigButton", "Reset to Defaults", instead=_NOTHING),
    Button("swapComparisonSwapButton", "Swap ETH to USDC", instead=_MAINNET),
    Button("batchUsdcSwapResetButton", "Reset to Defaults (batch swap)", instead=_NOTHING),
    Button("batchUsdcSwapExecuteButton", "Execute Batch Swap", instead=_MAINNET),
    Button("batchUsdcSwapCheckStatusButton", "Check Batch Status", instead=_MAINNET),
    Button("maliciousRawEthButton", "Malicious Eth Transfer", yes=False),
    Button("mintSepoliaERC20", "Mint ERC20", yes=False),
    Button("maliciousERC20TransferButton", "Malicious ERC20 Transfer (its contract is not on this chain)", yes=False),
    Button("maliciousApprovalButton", "Malicious ERC20 Approval (its contract is not on this chain)", yes=False),
    Button("maliciousSetApprovalForAll", "Malicious Set Approval For All (likewise)", yes=False),
    Button("maliciousContractInteractionButton", "Malicious Contract Interaction", yes=False),
    Button("maliciousPermit", "Malicious Permit", yes=False),
    Button("maliciousTradeOrder", "Malicious Trade Order", yes=False),
    Button("maliciousSeaport", "Malicious Seaport", yes=False),
    Button("ppomSendMaliciousEthButton", "Send Calls with Malicious ETH Transfer"),
    Button("ppomSendMaliciousERC20TransferButton", "Send Calls with Malicious ERC20 Transfer"),
    Button("ppomSendMaliciousERC20ApprovalButton", "Send Calls with Malicious ERC20 Approval"),
    Button("ppomSendMaliciousSetApprovalForAllButton", "Send Calls with Malicious Set Approval for All"),
    Button("ppomSendMaliciousContractInteractionButton", "Send Calls with Malicious Contract Interaction"),
    Button("ppomSendThreeMaliciousTxsButton", "Send Calls with 3 Malicious Transactions"),
    Button("ppomGetCallsStatusButton", "Get Calls Status (PPOM)", instead="the page enables it after a batch was sent"),
    Button("sendEIP1559Batch", "Send Eth x10 Batch", yes=False),
    Button("sendEIP1559Queue", "Send Eth x10 Queue", yes=False),
    Button("signTypedDataV4Batch", "Sign x10 Batch", yes=False),
    Button("signTypedDataV4Queue", "Sign x10 Queue", yes=False),
    Button("maliciousSendWithOddHexData", "Transfer With Odd Hex Data"),
    Button("maliciousApproveERC20WithOddHexData", "ERC20 Approval With Odd Hex Data"),
    Button("maliciousSendWithoutHexPrefixValue", "Transfer Without 0x Prefix for Hex Value"),
    Button("maliciousPermitHexPaddedChain", "Permit with Padded chainId (of another network)"),
    Button("maliciousPermitIntAddress", "Permit with Integer Address"),
    Button("getEncryptionKeyButton", "Get Encryption Key"),
    Button("encryptButton", "Encrypt", instead="the page enables it after it got an encryption key"),
    Button("decryptButton", "Decrypt", instead="the page enables it after it got an encryption key"),
    Button("ethSign", "Eth Sign"),
    Button("personalSign", "Personal Sign"),
    _check("personalSign", "Personal Sign, Verify", "personalSignVerifySigUtilResult"),
    Button("signTypedData", "Sign Typed Data"),
    _check("signTypedData", "Sign Typed Data, Verify"),
    Button("signTypedDataV3", "Sign Typed Data V3"),
    _check("signTypedDataV3", "Sign Typed Data V3, Verify"),
    Button("signTypedDataV4", "Sign Typed Data V4"),
    _check("signTypedDataV4", "Sign Typed Data V4, Verify"),
    Button("signPermit", "Sign Permit"),
    _check("signPermit", "Sign Permit, Verify"),
    Button("signBlurOrder", "Blur - Order", yes=False),
    Button("signPermitSingle", "PermitSingle", yes=False),
    Button("signPermitBatch", "PermitBatch"),
    Button("signSeaportBulkOrder", "Seaport - BulkOrder"),
    Button("siwe", "Sign In With Ethereum"),
    Button("siweResources", "Sign In With Ethereum (w/ Resources)"),
    Button("siweBadDomain", "Sign In With Ethereum (Bad Domain)", yes=False),
    Button("siweBadAccount", "Sign In With Ethereum (Bad Account)", yes=False),
    Button("siweMalformed", "Sign In With Ethereum (Malformed)", yes=False),
    Button("signInvalidType", "Invalid Type"),
    Button("signEmptyDomain", "Empty Domain"),
    Button("signExtraDataNotTyped", "Extra Data not Typed"),
    Button("signInvalidPrimaryType", "Invalid Primary Type"),
    Button("signNoPrimaryTypeDefined", "No Primary Type Defined"),
    Button("signInvalidVerifyingContractType", "Invalid Verifying Contract Type"),
    Button("sendWithInvalidValue", "Invalid Value Type (string)"),
    Button("sendWithInvalidTxType", "Invalid Transaction Type (not supported)"),
    Button("sendWithInvalidRecipient", "Invalid Recipient (string)"),
    Button("sendWithInvalidGasLimit", "Invalid Gas Limit (string)"),
    Button("sendWithInvalidMaxFeePerGas", "Invalid Max Fee Per Gas (string)"),
    Button("sendTempoBatchTx", "Send Tempo (0x76) Batch Transaction"),
    Button(
        "submitForm",
        "Send form, Submit",
        fill={"fromInput": "me", "toInput": RICH, "amountInput": "0x1", "gasInput": "0x2540be400", "dataInput": "0x"},
    ),
    Button("ensSubmit", "ENS Resolution, Submit", instead="there is no ENS on this chain; the page resolves by itself"),
    Button("addEthereumChain", "Add Localhost 8546"),
    Button("switchEthereumChain", "Switch to Localhost 8546", after=("addEthereumChain",)),
    Button("revokeAccountsPermission", "Revoke Accounts Permission"),
)
BY_ID: Final = {button.id: button for button in BUTTONS}


class Seat:
    """Where the wallet's owner sits, and presses the page's buttons: each question gets the answer of its row."""

    def __init__(self, stage: Stage, phone: Phone, page: Page) -> None:
        self._phone, self.page = phone, page
        page.wait_for_function("document.querySelector('#chainId').innerText === '0x7a69'")
        page.evaluate(_WATCH)
        self._own = stage.page("popup.html")
        self._own.wait_for_selector('[data-test="lock"]')
        self._own.evaluate(_SEAT)
        self._decided: set[str] = set()
        self._followed: set[str] = set()
        self._pressed: dict[str, str] = {}

    @property
    def account(self) -> str:
        return str(self.page.locator("#accounts").inner_text()).strip()

    def press(self, button: Button) -> str:
        """One click, once, until everything that it led to is over; gives the row's last two cells."""
        if button.id not in self._pressed:
            for name in ("connectButton", *button.after) if button.id != "connectButton" else ():
                self.press(BY_ID[name])
            self._pressed[button.id] = self._press(button)
        return self._pressed[button.id]

    def _press(self, button: Button) -> str:
        self._enabled(button.id)
        for name, value in button.fill.items():
            self._fill(name, value)
        self.page.evaluate("() => { log.length = 0; }")
        self.page.evaluate("(id) => document.getElementById(id).click()", button.id)
        told = outcome(self._until_quiet(button.yes))
        if button.shows:
            self.page.wait_for_function(
                "([id, account]) => document.getElementById(id).innerText.toLowerCase() === account.toLowerCase()",
                arg=[button.shows, self.account],
                timeout=5000,
            )
            return (
                "the page alone | works: it recovers the account"
                if told == " | "
                else f"{told}: it recovers the account"
            )
        return told

    def _enabled(self, name: str) -> None:
        """Pages look for receipts every few seconds."""
        self.page.wait_for_function("(id) => !document.getElementById(id).disabled", arg=name, timeout=15_000)

    def _fill(self, name: str, value: str) -> None:
        token = self.page.evaluate("() => document.getElementById('erc20TokenAddresses')?.innerText ?? ''")
        meant = {"me": self.account, "token": token.split(",")[-1].strip()}.get(value, value)
        self.page.evaluate("([id, value]) => { document.getElementById(id).value = value; }", [name, meant])

    def _until_quiet(self, yes: bool) -> list[dict]:
        began = quiet = time.monotonic()
        count = 0
        while True:
            moved = self._decide(yes)
            log: list[dict] = self.page.evaluate("() => log")
            if moved or len(log) != count or any(not entry["over"] for entry in log):
                quiet, count = time.monotonic(), len(log)
            if time.monotonic() - quiet > _QUIET or time.monotonic() - began > _LIMIT:
                return log
            self.page.wait_for_timeout(20)

    def _decide(self, yes: bool) -> bool:
        """A No is a cancel from the list here: three Nos in the window are a pause for the site."""
        moved = False
        for request in self._own.evaluate(_REQUESTS):
            name, link = request["id"], request["link"]
            if request["state"] == "awaiting_approval" and name not in self._decided:
                self._decided.add(name)
                say = "([id]) => say('decide', { request: id, approve: true })"
                self._own.evaluate(say if yes else "([id]) => say('cancel_request', { request: id })", [name])
                moved = True
            if link and request["stage"] == "waiting" and link not in self._followed:
                self._followed.add(link)
                self._phone.follow(link)
                moved = True
        return moved


def outcome(log: list[dict]) -> str:
    """Methods and ends of a button's requests; where there is more than reads of the node, those are left out."""
    told = [entry for entry in log if not entry["method"].startswith(_READS)] or log
    ends = dict.fromkeys(_end(entry) for entry in told)
    return f"{', '.join(dict.fromkeys('`' + entry['method'] + '`' for entry in told))} | {'; '.join(ends)}"


def _end(entry: dict) -> str:
    if not entry["over"]:
        return "no answer"
    if "code" not in entry:
        return "works"
    if entry.get("reason") == "user_rejected":
        return "asks the person, here with a No: 4001"
    return (
        f"refused: {entry['code']} `{entry['reason']}`"
        if entry.get("reason")
        else f"refused by the node: {entry['code']}"
    )


def row(button: Button, told: str) -> str:
    return f"| {button.label} | {told} |"


def skipped(button: Button) -> str:
    return row(button, f"| not applicable: {button.instead}")


HEAD: Final = """# The MetaMask test dApp, button by button

Written by `python3 build.py test tests/e2e/test_test_dapp.py` with `TANDEM_WRITE=1`, and compared with what happens at
every run of that test: each button is clicked in Chromium, a person's answer given, the phone's too, and what the page
was answered noted. "Works" was seen.

The page is served as it is but for two places: it takes only a provider that says it is MetaMask, and it names port
8546. Every batch of it asks for all or nothing, which an account without code cannot promise (`docs/provider.md`).

| button | asks for | result |
|---|---|---|
"""


def write(rows: list[str], target: Path = TABLE) -> None:
    target.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


def written(source: Path = TABLE) -> list[str]:
    return [line for line in source.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
