// The last script of a site's names: what solana_face.js handed to the others is gone before the page's first script.
delete window["tandem:solana"];
