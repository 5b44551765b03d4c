//! What a check says.

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// All is well.
    Well,
    /// It works, but will not always, or does not see everything.
    Warn,
    /// The program cannot do its work.
    Fail,
}

impl State {
    /// As programs read it.
    pub(super) fn word(self) -> &'static str {
        match self {
            State::Well => "ok",
            State::Warn => "warn",
            State::Fail => "fail",
        }
    }

    /// As people read it.
    pub(super) fn label(self) -> &'static str {
        match self {
            State::Well => "正常",
            State::Warn => "注意",
            State::Fail => "异常",
        }
    }
}

/// What was seen, and what to do about it: something that is wrong is never said without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) state: State,
    pub(super) text: String,
    pub(super) todo: String,
}

impl Said {
    pub(super) fn well(text: impl Into<String>) -> Said {
        Said { state: State::Well, text: text.into(), todo: String::new() }
    }

    pub(super) fn warn(text: impl Into<String>, todo: impl Into<String>) -> Said {
        Said { state: State::Warn, text: text.into(), todo: todo.into() }
    }

    pub(super) fn fail(text: impl Into<String>, todo: impl Into<String>) -> Said {
        Said { state: State::Fail, text: text.into(), todo: todo.into() }
    }
}
