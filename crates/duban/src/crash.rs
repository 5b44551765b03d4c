//! Places at which the crash tests let the program die, as a power cut would: without unwinding, without a last word.
//!
//! Only debug builds have them. A release build ignores the variable, since there the function is empty.

/// Dies here if `DUBAN_CRASH_AT` names this place.
#[inline]
pub(crate) fn point(name: &str) {
    #[cfg(debug_assertions)]
    if std::env::var_os("DUBAN_CRASH_AT").is_some_and(|at| at == name) {
        std::process::abort();
    }
    #[cfg(not(debug_assertions))]
    let _ = name;
}
