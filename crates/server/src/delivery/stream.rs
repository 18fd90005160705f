//! The live window of one channel, and the requests that wait for it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
