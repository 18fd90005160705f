//! The commands a server sends, as pure functions.

use crate::rtmp::amf0::Value;
use crate::rtmp::enhanced::Enhanced;
use crate::rtmp::message::Command;

/// The version servers have claimed since clients began to look at it.
const SERVER_VERSION: &str = "FMS/3,5,7,7009";
/// Bits of what such a server can do; clients want some of them set.
const CAPABILITIES: f64 = 31.0;

/// How good a status is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Level {
    Status,
    Error,
}

impl Level {
    const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Error => "error",
        }
    }
}

/// The answer to `connect`. Enhanced RTMP says that the capabilities stand "within an Object as
/// one of the parameters"; clients look into either, so both have them.
pub(super) fn connected(transaction: f64, enhanced: Option<&Enhanced>) -> Command {
    let capabilities = enhanced.map(Enhanced::answer).unwrap_or_default();
    let mut properties = named([
        ("fmsVer", Value::string(SERVER_VERSION)),
        ("capabilities", Value::Number(CAPABILITIES)),
    ]);
    let mut information = named([
        ("level", Value::string(Level::Status.name())),
        ("code", Value::string("NetConnection.Connect.Success")),
        ("description", Value::string("Connection succeeded.")),
        ("objectEncoding", Value::Number(0.0)),
    ]);
    properties.extend(capabilities.iter().cloned());
    information.extend(capabilities);
    Command {
        name: "_result".to_owned(),
        transaction,
        object: Value::Object(properties),
        arguments: vec![Value::Object(information)],
    }
}

/// A command did what it was asked; `value` is what came of it.
pub(super) fn result(transaction: f64, value: Value) -> Command {
    Command { name: "_result".to_owned(), transaction, object: Value::Null, arguments: vec![value] }
}

/// A command could not be done.
pub(super) fn error(transaction: f64, description: &str) -> Command {
    let information = status_object(Level::Error, "NetConnection.Call.Failed", description);
    Command {
        name: "_error".to_owned(),
        transaction,
        object: Value::Null,
        arguments: vec![information],
    }
}

/// A stream's status changed. Status commands belong to no transaction.
pub(super) fn on_status(level: Level, code: &str, description: &str) -> Command {
    notice("onStatus", status_object(level, code, description))
}

/// A command of the server's own, with one argument.
pub(super) fn notice(name: &str, argument: Value) -> Command {
    Command {
        name: name.to_owned(),
        transaction: 0.0,
        object: Value::Null,
        arguments: vec![argument],
    }
}

pub(super) fn status_object(level: Level, code: &str, description: &str) -> Value {
    Value::object([
        ("level", Value::string(level.name())),
        ("code", Value::string(code)),
        ("description", Value::string(description)),
    ])
}

fn named<const N: usize>(properties: [(&str, Value); N]) -> Vec<(String, Value)> {
    properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
