//! What can be bound to a statement and read from a column, the same on both databases.
//!
//! Times are milliseconds since the Unix epoch, ids and names of choices are text, and documents
//! are JSON in text: these forms mean the same everywhere.

use std::time::Duration;

use rivulet_media::time::WallClock;

use super::{DbError, Row};

/// A bound value. Absent ones keep their type: PostgreSQL wants to know what is absent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(Option<String>),
    Integer(Option<i64>),
    Real(Option<f64>),
    Boolean(Option<bool>),
    Bytes(Option<Vec<u8>>),
}

/// What may be bound to a statement.
pub(crate) trait Bind {
    /// The absent value of the same type.
    const NULL: Value;

    /// The form in which it is stored.
    fn stored(self) -> Value;
}

/// What may be read from a column.
pub(crate) trait Column: Sized {
    /// # Errors
    /// [`DbError::Corrupt`] when the stored form means nothing.
    fn read(row: &Row, name: &'static str) -> Result<Self, DbError>;
}

impl<T: Bind> Bind for Option<T> {
    const NULL: Value = T::NULL;

    fn stored(self) -> Value {
        self.map_or(T::NULL, T::stored)
    }
}

impl<T: Column> Column for Option<T> {
    fn read(row: &Row, name: &'static str) -> Result<Self, DbError> {
        if row.is_null(name)? { Ok(None) } else { T::read(row, name).map(Some) }
    }
}

/// Types that both databases hold as they are.
macro_rules! plain {
    ($($kind:ty => $variant:ident),*) => {$(
        impl Bind for $kind {
            const NULL: Value = Value::$variant(None);

            fn stored(self) -> Value {
                Value::$variant(Some(self))
            }
        }

        impl Column for $kind {
            fn read(row: &Row, name: &'static str) -> Result<Self, DbError> {
                row.plain(name)
            }
        }
    )*};
}

plain!(String => Text, i64 => Integer, f64 => Real, bool => Boolean, Vec<u8> => Bytes);

/// Borrowed forms of what is bound.
macro_rules! borrowed {
    ($($kind:ty => $owned:ty),*) => {$(
        impl Bind for $kind {
            const NULL: Value = <$owned>::NULL;

            fn stored(self) -> Value {
                <$owned>::from(self).stored()
            }
        }
    )*};
}

borrowed!(&str => String, &String => String, &[u8] => Vec<u8>);

impl Bind for &Vec<u8> {
    const NULL: Value = Value::Bytes(None);

    fn stored(self) -> Value {
        self.clone().stored()
    }
}

/// Counts, which neither database has unsigned.
macro_rules! counts {
    ($($kind:ty),*) => {$(
        impl Bind for $kind {
            const NULL: Value = Value::Integer(None);

            fn stored(self) -> Value {
                i64::try_from(self).unwrap_or(i64::MAX).stored()
            }
        }

        impl Column for $kind {
            fn read(row: &Row, name: &'static str) -> Result<Self, DbError> {
                let value: i64 = row.plain(name)?;
                Self::try_from(value).map_err(|_| DbError::Corrupt { what: name })
            }
        }
    )*};
}

counts!(u8, u16, u32, u64, usize);

impl Bind for WallClock {
    const NULL: Value = Value::Integer(None);

    fn stored(self) -> Value {
        self.as_unix_millis().stored()
    }
}

impl Column for WallClock {
    fn read(row: &Row, name: &'static str) -> Result<Self, DbError> {
        row.plain(name).map(Self::from_unix_millis)
    }
}

/// In milliseconds.
impl Bind for Duration {
    const NULL: Value = Value::Integer(None);

    fn stored(self) -> Value {
        u64::try_from(self.as_millis()).unwrap_or(u64::MAX).stored()
    }
}

impl Column for Duration {
    fn read(row: &Row, name: &'static str) -> Result<Self, DbError> {
        u64::read(row, name).map(Self::from_millis)
    }
}

/// Stores a type as the text that its `Display` writes and `parse`, its own or one that is given,
/// reads: `fn(&str) -> Option<Self>`.
macro_rules! stored_as_text {
    ($kind:ty) => {
        $crate::db::stored_as_text!($kind, <$kind>::parse);
    };
    ($kind:ty, $parse:expr) => {
        impl $crate::db::Bind for $kind {
            const NULL: $crate::db::Value = $crate::db::Value::Text(None);

            fn stored(self) -> $crate::db::Value {
                $crate::db::Value::Text(Some(self.to_string()))
            }
        }

        impl $crate::db::Column for $kind {
            fn read(
                row: &$crate::db::Row,
                name: &'static str,
            ) -> Result<Self, $crate::db::DbError> {
                let text = <String as $crate::db::Column>::read(row, name)?;
                ($parse)(&text).ok_or($crate::db::DbError::Corrupt { what: name })
            }
        }
    };
}

pub(crate) use stored_as_text;
