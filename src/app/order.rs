//! The order of starting: each service after all that it depends on.

use std::{collections::BTreeMap, sync::Arc};

use super::Service;

/// Why services can't be put in an order: a mistake in the program, not of a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// Two services have one name.
    #[error("two services are called {name}")]
    Duplicate {
        /// The name.
        name: &'static str,
    },
    /// A service needs one that is not there.
    #[error("{service} depends on {needs}, which is no service")]
    Missing {
        /// The service.
        service: &'static str,
        /// What it needs.
        needs: &'static str,
    },
    /// A service that must start needs one that may fail.
    #[error("{service} is mandatory and depends on {needs}, which is optional")]
    Optional {
        /// The mandatory service.
        service: &'static str,
        /// The optional one.
        needs: &'static str,
    },
    /// Services wait for each other.
    #[error("these services depend on each other: {}", .services.join(", "))]
    Cycle {
        /// Those that could never start.
        services: Vec<&'static str>,
    },
}

/// Returns the services so that each comes after all it depends on; where that leaves a choice,
/// they keep their order.
///
/// # Errors
/// When no such order exists, or a dependency makes no sense.
pub(super) fn in_order(
    services: Vec<Arc<dyn Service>>,
) -> Result<Vec<Arc<dyn Service>>, OrderError> {
    check(&services)?;
    let mut ordered: Vec<Arc<dyn Service>> = Vec::with_capacity(services.len());
    let mut waiting = services;
    while !waiting.is_empty() {
        let is_placed = |need: &&str| ordered.iter().any(|service| service.name() == *need);
        let next = waiting
            .iter()
            .position(|service| service.depends_on().iter().all(is_placed));
        let Some(next) = next else {
            let services = waiting.iter().map(|service| service.name()).collect();
            return Err(OrderError::Cycle { services });
        };
        ordered.push(waiting.remove(next));
    }
    Ok(ordered)
}

fn check(services: &[Arc<dyn Service>]) -> Result<(), OrderError> {
    let mut importance = BTreeMap::new();
    for service in services {
        let name = service.name();
        if importance.insert(name, service.importance()).is_some() {
            return Err(OrderError::Duplicate { name });
        }
    }
    for service in services {
        for needs in service.depends_on() {
            let service_name = service.name();
            let needed = importance.get(needs).ok_or(OrderError::Missing {
                service: service_name,
                needs,
            })?;
            if service.importance().is_mandatory() && !needed.is_mandatory() {
                return Err(OrderError::Optional {
                    service: service_name,
                    needs,
                });
            }
        }
    }
    Ok(())
}
