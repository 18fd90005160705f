//! What holds whatever is asked.

use std::collections::BTreeSet;

use super::routes::ROUTES;

#[test]
fn no_route_stands_in_the_table_twice() {
    let paths: BTreeSet<_> = ROUTES.iter().map(|row| row.path).collect();
    assert_eq!(paths.len(), ROUTES.len());
}
