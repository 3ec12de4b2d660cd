"""DKLs23 threshold ECDSA (eprint 2023/765) as the Vultisig engine speaks it; spec/dkls23-wire.md is the reference."""
