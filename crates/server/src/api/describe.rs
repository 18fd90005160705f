//! What the API description says of every operation, because every request meets it.

use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder};

/// Adds the answers of limits and of `Idempotency-Key` to each operation that can give them.
pub(crate) fn describe(description: &mut OpenApi) {
    for (path, item) in &mut description.paths.paths {
        let has_own_budget = super::limits::is_elsewhere(path);
        let all = [&mut item.get, &mut item.put, &mut item.patch, &mut item.delete, &mut item.post];
        for operation in all.into_iter().flatten().filter(|_| !has_own_budget) {
            answer(operation, "429", "Too often: try again after `Retry-After` seconds");
        }
        if let Some(operation) = item.post.as_mut().filter(|_| !has_own_budget) {
            operation.parameters.get_or_insert_default().push(RefOr::T(key()));
            answer(operation, "400", "The request is not understood; `detail` says why");
            answer(operation, "413", "Too much at once; `detail` says what fits");
            answer(operation, "409", "A request with this `Idempotency-Key` is being done");
            answer(operation, "422", "This `Idempotency-Key` belongs to another request");
        }
    }
}

fn key() -> utoipa::openapi::path::Parameter {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[ -~]+$"))
        .build();
    let about = "A text of your choice. Sent again with the same one within a day, a request of \
                 somebody who is signed in is done once, and answered with the same answer";
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(text))
        .build()
}

fn answer(operation: &mut Operation, status: &str, about: &str) {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new()
        .description(about)
        .content("application/problem+json", problem)
        .build();
    let responses = &mut operation.responses.responses;
    responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(response));
}
