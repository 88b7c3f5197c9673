//! The secrets that this node's dice secrets come from: one for each epoch of each table.

use std::collections::BTreeMap;

use crate::club::GameId;
use crate::dice::EpochSecret;
use crate::storage::{SecretError, SecretName, Secrets};

/// Keeps epoch secrets: durable before they are used, erased when their epoch is over.
pub(crate) struct Epochs {
    secrets: Secrets,
    held: BTreeMap<GameId, (u32, EpochSecret)>,
}

impl Epochs {
    pub(crate) const fn new(secrets: Secrets) -> Self {
        Self {
            secrets,
            held: BTreeMap::new(),
        }
    }

    /// Returns the secret of a table's epoch: the one that is held or stored, else a new one that is
    /// durable when this returns. That of an earlier epoch, all of whose rolls are over, is erased.
    ///
    /// # Errors
    /// [`SecretError`]: nothing may be sealed then.
    pub(crate) async fn secret(
        &mut self,
        table: GameId,
        epoch: u32,
    ) -> Result<EpochSecret, SecretError> {
        if let Some((held, secret)) = self.held.get(&table) {
            if *held == epoch {
                return Ok(secret.clone());
            }
            let past = *held;
            self.secrets
                .forget(SecretName::Epoch { table, epoch: past })
                .await?;
        }
        let name = SecretName::Epoch { table, epoch };
        let bytes = if let Some(bytes) = self.secrets.find(name).await? {
            bytes
        } else {
            let bytes = self.secrets.random()?;
            self.secrets.put(name, &bytes).await?;
            bytes
        };
        let secret = EpochSecret::new(*bytes);
        self.held.insert(table, (epoch, secret.clone()));
        Ok(secret)
    }
}
