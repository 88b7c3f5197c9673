use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    thread,
};

use proptest::prelude::*;

use super::*;

#[test]
fn a_service_is_found_by_name_and_type() {
    let registry = ServiceRegistry::default();
    let ledger = Arc::new(7_u32);
    registry
        .register("ledger", Arc::clone(&ledger))
        .expect("room");
    assert!(Arc::ptr_eq(
        &registry.get::<u32>("ledger").expect("registered"),
        &ledger
    ));
    let unknown = RegistryError::Unknown { name: "mesh" };
    assert_eq!(registry.get::<u32>("mesh"), Err(unknown));
    assert_eq!(registry.replace("mesh", Arc::new(1_u8)), Err(unknown));
    assert_eq!(registry.unregister("mesh"), Err(unknown));
    let wrong = RegistryError::WrongType {
        name: "ledger",
        wanted: "u8",
    };
    assert_eq!(registry.get::<u8>("ledger"), Err(wrong));
    let twice = registry.register("ledger", Arc::new(8_u32));
    assert_eq!(twice, Err(RegistryError::Duplicate { name: "ledger" }));
    assert_eq!(registry.get("ledger"), Ok(ledger));
}

#[test]
fn a_full_registry_says_how_many_it_takes() {
    let registry = ServiceRegistry::default();
    registry.register("a", Arc::new(0_usize)).expect("room");
    for end in 1..SERVICES_MAX {
        let name: &'static str = Box::leak(format!("service {end}").into_boxed_str());
        registry.register(name, Arc::new(end)).expect("room");
    }
    let refused = registry.register("one more", Arc::new(0_usize));
    assert_eq!(
        refused,
        Err(RegistryError::Full {
            name: "one more",
            limit: SERVICES_MAX
        })
    );
    registry.unregister("a").expect("registered");
    registry
        .register("one more", Arc::new(0_usize))
        .expect("room again");
}

#[test]
fn a_handle_from_before_a_restart_is_refused_and_keeps_nothing_alive() {
    let registry = ServiceRegistry::default();
    registry.register("mesh", Arc::new(1_u8)).expect("room");
    let old = registry.handle::<u8>("mesh").expect("registered");
    let held = registry.resolve(&old).expect("current");
    let second = registry
        .replace("mesh", Arc::new(1_u8))
        .expect("registered");
    let stale = registry.resolve(&old).expect_err("from before");
    assert_eq!((stale.name, stale.current), ("mesh", Some(second)));
    let new = registry.handle::<u8>("mesh").expect("registered");
    registry.unregister("mesh").expect("registered");
    assert_eq!(registry.resolve(&new).expect_err("gone").current, None);
    assert_eq!(Arc::strong_count(&held), 1, "the registry let go of it");
    assert!(new.service.upgrade().is_none());
}

const NAMES: [&str; 4] = ["storage", "ledger", "mesh", "game manager"];

proptest! {
    #[test]
    fn the_registry_is_a_set_of_names(ops in prop::collection::vec((0..3_u8, 0..4_usize), 0..100)) {
        let registry = ServiceRegistry::default();
        let mut model = BTreeSet::new();
        for (op, name) in ops {
            let name = NAMES[name];
            let known = model.contains(name);
            match op {
                0 => prop_assert_eq!(registry.register(name, Arc::new(())).is_ok(), model.insert(name)),
                1 => prop_assert_eq!(registry.unregister(name).is_ok(), model.remove(name)),
                _ => prop_assert_eq!(registry.replace(name, Arc::new(())).is_ok(), known),
            }
            prop_assert_eq!(registry.names(), model.iter().copied().collect::<Vec<_>>());
        }
    }
}

/// Counts how many of its kind are alive.
struct Counted(&'static AtomicUsize, StartNumber);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

#[test]
fn readers_beside_writers_never_get_an_older_start_and_nothing_leaks() {
    static ALIVE: AtomicUsize = AtomicUsize::new(0);
    let make = |number| {
        ALIVE.fetch_add(1, SeqCst);
        Arc::new(Counted(&ALIVE, StartNumber(number)))
    };
    let registry = ServiceRegistry::default();
    registry.register("mesh", make(1)).expect("room");
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut newest = StartNumber(0);
                while !done.load(SeqCst) {
                    let Ok(service) = registry.get::<Counted>("mesh") else {
                        continue;
                    };
                    assert!(service.1 >= newest, "an older start after a newer one");
                    newest = service.1;
                    let Ok(handle) = registry.handle::<Counted>("mesh") else {
                        continue;
                    };
                    match registry.resolve(&handle) {
                        Ok(service) => assert_eq!(service.1, handle.start),
                        Err(stale) => assert_ne!(stale.current, Some(handle.start)),
                    }
                }
            });
        }
        for number in (2..9_000).step_by(3) {
            registry.replace("mesh", make(number)).expect("registered");
            registry.unregister("mesh").expect("registered");
            registry.register("mesh", make(number + 2)).expect("free");
        }
        done.store(true, SeqCst);
    });
    drop(registry);
    assert_eq!(ALIVE.load(SeqCst), 0);
}
