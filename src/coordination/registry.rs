//! Where running services are found, by name.

use std::{
    any::Any,
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use arc_swap::ArcSwap;

use super::limits::SERVICES_MAX;
use crate::error::{Explain, Kind};

/// Tells one start of a service from every other; never used twice in one registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StartNumber(u64);

/// Why the registry refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// No room is left.
    #[error("no room for the service {name}: {limit} are registered")]
    Full {
        /// The service that was to be added.
        name: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// The name is taken.
    #[error("a service {name} is registered already")]
    Duplicate {
        /// The name.
        name: &'static str,
    },
    /// Nothing has this name.
    #[error("no service {name} is registered")]
    Unknown {
        /// The name.
        name: &'static str,
    },
    /// What has this name is something else.
    #[error("the service {name} is not a {wanted}")]
    WrongType {
        /// The name.
        name: &'static str,
        /// The type asked for.
        wanted: &'static str,
    },
}

impl Explain for RegistryError {
    fn kind(&self) -> Kind {
        Kind::Internal
    }

    fn hint(&self) -> String {
        "report it: the services were put together wrongly".to_owned()
    }
}

/// A handle whose service was stopped, replaced or started anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this handle of the service {name} is from an earlier start")]
pub struct StaleHandle {
    /// The service.
    pub name: &'static str,
    /// The start that the handle is from.
    pub held: StartNumber,
    /// The start that is registered now.
    pub current: Option<StartNumber>,
}

/// A handle that keeps no service alive, and is refused after the service's restart.
#[derive(Debug)]
pub struct ServiceHandle<T> {
    name: &'static str,
    start: StartNumber,
    service: Weak<T>,
}

impl<T> Clone for ServiceHandle<T> {
    fn clone(&self) -> Self {
        Self {
            name: self.name,
            start: self.start,
            service: Weak::clone(&self.service),
        }
    }
}

#[derive(Clone)]
struct Entry {
    start: StartNumber,
    service: Arc<dyn Any + Send + Sync>,
}

impl Entry {
    fn typed<T: Send + Sync + 'static>(&self, name: &'static str) -> Result<Arc<T>, RegistryError> {
        Arc::clone(&self.service)
            .downcast()
            .map_err(|_other| RegistryError::WrongType {
                name,
                wanted: std::any::type_name::<T>(),
            })
    }
}

type Services = BTreeMap<&'static str, Entry>;

/// The running services by name.
///
/// Readers load a pointer to an immutable map; writers copy the map, one after the other.
pub struct ServiceRegistry {
    services: ArcSwap<Services>,
    /// Held by the writer; the number the next start gets.
    next: Mutex<u64>,
}

impl Default for ServiceRegistry {
    fn default() -> Self {
        Self {
            services: ArcSwap::default(),
            next: Mutex::new(1),
        }
    }
}

impl fmt::Debug for ServiceRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let services = self.services.load();
        let rows = services.iter().map(|(name, entry)| (name, entry.start));
        f.debug_map().entries(rows).finish()
    }
}

impl ServiceRegistry {
    /// Adds a service under a new name.
    ///
    /// # Errors
    /// When the registry is full or the name is taken.
    pub fn register<T: Send + Sync + 'static>(
        &self,
        name: &'static str,
        service: Arc<T>,
    ) -> Result<StartNumber, RegistryError> {
        self.write(|services, start| {
            if services.contains_key(name) {
                return Err(RegistryError::Duplicate { name });
            }
            if services.len() >= SERVICES_MAX {
                let limit = SERVICES_MAX;
                return Err(RegistryError::Full { name, limit });
            }
            services.insert(name, Entry { start, service });
            Ok(start)
        })
    }

    /// Puts a service in the place of the one with the same name.
    ///
    /// # Errors
    /// When there is none.
    pub fn replace<T: Send + Sync + 'static>(
        &self,
        name: &'static str,
        service: Arc<T>,
    ) -> Result<StartNumber, RegistryError> {
        self.write(|services, start| {
            let entry = services
                .get_mut(name)
                .ok_or(RegistryError::Unknown { name })?;
            *entry = Entry { start, service };
            Ok(start)
        })
    }

    /// Takes a service out; readers that hold it keep it until they let go.
    ///
    /// # Errors
    /// When there is none.
    pub fn unregister(&self, name: &'static str) -> Result<(), RegistryError> {
        self.write(|services, _| match services.remove(name) {
            Some(_) => Ok(()),
            None => Err(RegistryError::Unknown { name }),
        })
    }

    /// Returns the service of this name.
    ///
    /// # Errors
    /// When there is none, or it is not a `T`.
    pub fn get<T: Send + Sync + 'static>(
        &self,
        name: &'static str,
    ) -> Result<Arc<T>, RegistryError> {
        match self.services.load().get(name) {
            Some(entry) => entry.typed(name),
            None => Err(RegistryError::Unknown { name }),
        }
    }

    /// Returns a handle to the present start of a service.
    ///
    /// # Errors
    /// When there is none, or it is not a `T`.
    pub fn handle<T: Send + Sync + 'static>(
        &self,
        name: &'static str,
    ) -> Result<ServiceHandle<T>, RegistryError> {
        let services = self.services.load();
        let entry = services.get(name).ok_or(RegistryError::Unknown { name })?;
        Ok(ServiceHandle {
            name,
            start: entry.start,
            service: Arc::downgrade(&entry.typed(name)?),
        })
    }

    /// Returns the service of a handle, if it is still the registered one.
    ///
    /// # Errors
    /// When it was stopped, replaced or started anew.
    pub fn resolve<T>(&self, handle: &ServiceHandle<T>) -> Result<Arc<T>, StaleHandle> {
        // In this order: what can't be upgraded was taken out before the look into the map.
        let service = handle.service.upgrade();
        let services = self.services.load();
        let current = services.get(handle.name).map(|entry| entry.start);
        service
            .filter(|_| current == Some(handle.start))
            .ok_or(StaleHandle {
                name: handle.name,
                held: handle.start,
                current,
            })
    }

    /// Returns the names of all services, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.services.load().keys().copied().collect()
    }

    /// Runs one writer on a copy of the map, and publishes the copy when it succeeds.
    fn write<R>(
        &self,
        change: impl FnOnce(&mut Services, StartNumber) -> Result<R, RegistryError>,
    ) -> Result<R, RegistryError> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let mut services = Services::clone(&self.services.load());
        let result = change(&mut services, StartNumber(*next))?;
        *next += 1;
        self.services.store(Arc::new(services));
        Ok(result)
    }
}

#[cfg(test)]
mod tests;
