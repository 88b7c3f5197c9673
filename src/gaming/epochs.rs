//! The secrets that this node's dice secrets come from: one for each epoch of each table.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::club::GameId;
use crate::dice::EpochSecret;
use crate::storage::{SecretError, SecretName, Secrets};

/// The one use of the hash that makes an epoch's secret.
const CONTEXT: &str = "bitcraps 2026-11 epoch secret v1";

/// Keeps epoch secrets: durable before they are used, erased when their epoch is over.
pub(crate) struct Epochs {
    secrets: Secrets,
    held: BTreeMap<GameId, (u32, EpochSecret)>,
    /// The epochs of each table whose secrets are in the store, as far as this run has looked.
    stored: BTreeMap<GameId, BTreeSet<u32>>,
    /// A hash over the times at which the player did something.
    pool: blake3::Hasher,
}

impl Epochs {
    pub(crate) fn new(secrets: Secrets) -> Self {
        Self {
            secrets,
            held: BTreeMap::new(),
            stored: BTreeMap::new(),
            pool: blake3::Hasher::new(),
        }
    }

    /// Takes in when the player did something, to the nanosecond: what nobody else knows, so that
    /// random numbers of the system that others can guess would not give the dice away.
    pub(crate) fn stir(&mut self, time: Duration) {
        self.pool.update(&time.as_nanos().to_le_bytes());
    }

    /// Returns the secret of a table's epoch: the one that is held or stored, else a new one that is
    /// durable when this returns. Those of earlier epochs, all of whose rolls are over, are erased.
    ///
    /// # Errors
    /// [`SecretError`]: nothing may be sealed then.
    pub(crate) async fn secret(
        &mut self,
        table: GameId,
        epoch: u32,
    ) -> Result<EpochSecret, SecretError> {
        if let Some((held, secret)) = self.held.get(&table)
            && *held == epoch
        {
            return Ok(secret.clone());
        }
        self.erase_before(table, epoch).await?;
        let name = SecretName::Epoch { table, epoch };
        let bytes = if let Some(bytes) = self.secrets.find(name).await? {
            bytes
        } else {
            let bytes = self.fresh()?;
            self.secrets.put(name, &bytes).await?;
            self.stored.entry(table).or_default().insert(epoch);
            bytes
        };
        let secret = EpochSecret::new(*bytes);
        self.held.insert(table, (epoch, secret.clone()));
        Ok(secret)
    }

    /// Erases what is kept of a table's epochs before this one.
    ///
    /// # Errors
    /// [`SecretError`]: some may be left, and the next call tries again.
    pub(crate) async fn erase_before(
        &mut self,
        table: GameId,
        epoch: u32,
    ) -> Result<(), SecretError> {
        if self.held.get(&table).is_some_and(|(held, _)| *held < epoch) {
            self.held.remove(&table);
        }
        let stored = match self.stored.remove(&table) {
            Some(stored) => stored,
            None => self.secrets.epochs(table).await?.into_iter().collect(),
        };
        let stored = self.stored.entry(table).or_insert(stored);
        while let Some(past) = stored.first().copied().filter(|past| *past < epoch) {
            let name = SecretName::Epoch { table, epoch: past };
            self.secrets.forget(name).await?;
            stored.remove(&past);
        }
        Ok(())
    }

    /// Random bytes of the system, mixed with what the player's doings say.
    fn fresh(&self) -> Result<Zeroizing<[u8; 32]>, SecretError> {
        let random = self.secrets.random()?;
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(random.as_slice());
        hasher.update(self.pool.finalize().as_bytes());
        Ok(Zeroizing::new(*hasher.finalize().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::identity::{SeededEntropy, StorageKey};
    use crate::storage::{MemoryDisk, Store, StoreHandle};

    const TABLE: GameId = GameId([5; 32]);

    /// The secrets on a disk, as another start finds them.
    fn secrets(disk: &MemoryDisk) -> Secrets {
        let medium = disk.clone();
        let store = Store::on_medium(move || medium.clone()).unwrap();
        let (handle, _thread) = StoreHandle::spawn(store).unwrap();
        let entropy = Arc::new(SeededEntropy::new(1));
        let key = StorageKey::generate(entropy.as_ref()).unwrap();
        Secrets::new(handle, key, entropy)
    }

    async fn kept(secrets: &Secrets) -> Vec<u32> {
        let mut kept = secrets.epochs(TABLE).await.unwrap();
        kept.sort_unstable();
        kept
    }

    #[tokio::test]
    async fn the_secret_of_an_epoch_outlives_a_restart_and_ends_with_its_epoch() {
        let disk = MemoryDisk::default();
        let secrets = secrets(&disk);
        let mut first = Epochs::new(secrets.clone());
        let third = first.secret(TABLE, 3).await.unwrap();
        let elsewhere = GameId([6; 32]);
        first.secret(elsewhere, 3).await.unwrap();

        let mut second = Epochs::new(secrets.clone());
        assert!(second.secret(TABLE, 3).await.unwrap() == third);
        assert_eq!(kept(&secrets).await, [3]);

        // The epoch went on while this node was off, and not by one.
        let mut third_run = Epochs::new(secrets.clone());
        let later = third_run.secret(TABLE, 300).await.unwrap();
        assert!(later != third);
        assert_eq!(kept(&secrets).await, [300]);

        // Whoever has left the table needs none.
        let mut gone = Epochs::new(secrets.clone());
        gone.erase_before(TABLE, 301).await.unwrap();
        assert_eq!(kept(&secrets).await, [0; 0]);
        assert_eq!(secrets.epochs(elsewhere).await.unwrap(), [3]);
    }

    #[tokio::test]
    async fn when_the_player_acts_goes_into_the_secret() {
        let secret = async |times: &[u64]| {
            // The same random numbers each time.
            let mut epochs = Epochs::new(secrets(&MemoryDisk::default()));
            for time in times {
                epochs.stir(Duration::from_nanos(*time));
            }
            epochs.secret(TABLE, 1).await.unwrap()
        };
        let one = secret(&[7, 8]).await;
        assert!(one == secret(&[7, 8]).await);
        assert!(one != secret(&[7, 9]).await);
        assert!(one != secret(&[]).await);
    }
}
