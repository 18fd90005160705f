//! The ledger's routes: figures, alerts, the log, and what Prometheus reads.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{alerts, figures, log, prometheus};
use crate::insights::Ledger;

/// The routes that the API description speaks of.
pub(crate) fn described_ledger() -> OpenApiRouter<Ledger> {
    OpenApiRouter::new()
        .routes(routes!(figures::site))
        .routes(routes!(figures::channel))
        .routes(routes!(alerts::list))
        .routes(routes!(log::lines))
        .routes(routes!(log::tail))
        .routes(routes!(prometheus::metrics))
}

/// The ledger's routes.
pub(crate) fn ledger_routes(ledger: Ledger) -> OpenApiRouter {
    described_ledger().with_state(ledger)
}
