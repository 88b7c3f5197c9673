use std::sync::Arc;

use futures::future::BoxFuture;

use crate::{
    app::{OrderError, RunningService, Service, ServiceContext, order::in_order},
    coordination::Importance::{self, Mandatory, Optional},
    error::Error,
};

type Row = (&'static str, Importance, &'static [&'static str]);

#[derive(Debug)]
struct Node(Row);

impl Service for Node {
    fn name(&self) -> &'static str {
        self.0.0
    }
    fn importance(&self) -> Importance {
        self.0.1
    }
    fn depends_on(&self) -> &'static [&'static str] {
        self.0.2
    }
    fn start(&self, _: ServiceContext) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
        panic!("it is only put in order")
    }
}

fn order(rows: &[Row]) -> Result<Vec<&'static str>, OrderError> {
    let node = |row: &Row| Arc::new(Node(*row)) as Arc<dyn Service>;
    let ordered = in_order(rows.iter().map(node).collect())?;
    Ok(ordered.iter().map(|service| service.name()).collect())
}

#[test]
fn dependencies_come_first_and_the_rest_keeps_its_order() {
    let rows = [
        ("c", Optional, &["b"][..]),
        ("b", Mandatory, &["a"]),
        ("z", Optional, &[]),
        ("a", Mandatory, &[]),
    ];
    assert_eq!(order(&rows), Ok(vec!["z", "a", "b", "c"]));
}

#[test]
fn services_that_cannot_be_ordered_are_named() {
    let cycle = [
        ("a", Optional, &["b"][..]),
        ("b", Optional, &["a"]),
        ("c", Optional, &[]),
    ];
    assert_eq!(
        order(&cycle),
        Err(OrderError::Cycle {
            services: vec!["a", "b"]
        })
    );
    let missing = OrderError::Missing {
        service: "a",
        needs: "z",
    };
    assert_eq!(order(&[("a", Optional, &["z"])]), Err(missing));
    let twice = [("a", Optional, &[][..]), ("a", Mandatory, &[])];
    assert_eq!(order(&twice), Err(OrderError::Duplicate { name: "a" }));
    let weak = [("a", Mandatory, &["b"][..]), ("b", Optional, &[])];
    assert_eq!(
        order(&weak),
        Err(OrderError::Optional {
            service: "a",
            needs: "b"
        })
    );
}
