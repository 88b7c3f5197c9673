//! Past rolls out of the store of a running node, for commands.

use futures::future::BoxFuture;

use super::Keys;
use super::services::OpenStore;
use crate::app::WeakApp;
use crate::control::{Export, Part, RollBook, Rows, StoreBook};
use crate::error::{Error, Kind};
use crate::identity::PublicKey;
use crate::identity::Signer as _;

/// The rolls in the store that the application has open at the moment.
#[derive(Debug)]
pub(super) struct OpenBook {
    app: WeakApp,
    me: Option<PublicKey>,
}

impl OpenBook {
    pub(super) fn new(app: WeakApp, keys: &Keys) -> Self {
        let me = keys.get().map(|keystore| keystore.identity().public_key());
        Self { app, me }
    }

    fn book(&self) -> Result<StoreBook, Error> {
        let gone = || Error::new(Kind::Internal, "the node has ended", "start bitcraps again");
        let app = self.app.upgrade().ok_or_else(gone)?;
        let storage = app.service::<OpenStore>("storage")?;
        let me = self.me.ok_or_else(gone)?;
        Ok(StoreBook::new(storage.store.clone(), me))
    }
}

impl RollBook for OpenBook {
    fn rolls(
        &self,
        table: Option<String>,
        last: Option<u64>,
    ) -> BoxFuture<'_, Result<Rows, Error>> {
        Box::pin(async move { self.book()?.rolls(table, last).await })
    }

    fn transcript(
        &self,
        table: Option<String>,
        part: Part,
    ) -> BoxFuture<'_, Result<Export, Error>> {
        Box::pin(async move { self.book()?.transcript(table, part).await })
    }
}
