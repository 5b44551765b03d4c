//! The debugging protocol over a pipe: JSON messages with a zero byte after each.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::RenderError;

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// All that the browser may say in its life, in multiples of what one message may have.
const MESSAGES: usize = 8;

/// Where commands go. Clones talk over the same pipe.
#[derive(Clone)]
pub(crate) struct Line {
    to: Arc<tokio::sync::Mutex<ChildStdin>>,
    waiting: Waiting,
    last: Arc<AtomicU64>,
}

/// The listening end of the pipe.
pub(crate) struct Ear {
    /// What the browser tells without being asked. It ends when the browser does.
    pub(crate) events: mpsc::UnboundedReceiver<Value>,
    reader: JoinHandle<()>,
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// Both ends. No message may be longer than `largest`.
pub(crate) fn open(to: ChildStdin, from: ChildStdout, largest: usize) -> (Line, Ear) {
    let waiting = Waiting::default();
    let (tell, events) = mpsc::unbounded_channel();
    let reader = tokio::spawn(listen(from, waiting.clone(), tell, largest));
    (Line { to: Arc::new(tokio::sync::Mutex::new(to)), waiting, last: Arc::default() }, Ear { events, reader })
}

impl Line {
    /// Gives a command whose answer nobody waits for.
    pub(crate) async fn tell(&self, session: Option<&str>, method: &str, params: Value) -> Result<(), RenderError> {
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        self.write(id, session, method, params).await
    }

    /// Gives a command and waits for its answer.
    pub(crate) async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value, RenderError> {
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id, answer);
        self.write(id, session, method, params).await?;
        // The listener drops whoever waits when the browser has gone.
        let mut message = answered.await.map_err(|_| RenderError::Broken("管道已断开".to_owned()))?;
        if let Some(error) = message["error"]["message"].as_str() {
            let words: String = error.chars().take(200).collect();
            return Err(RenderError::Broken(format!("{method}：{words}")));
        }
        Ok(message["result"].take())
    }

    async fn write(&self, id: u64, session: Option<&str>, method: &str, params: Value) -> Result<(), RenderError> {
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.lock().await.write_all(&bytes).await.map_err(|e| RenderError::Broken(e.to_string()))
    }
}

/// Sorts what comes into answers and events, until the browser ends or says more than it may.
async fn listen(from: impl AsyncRead + Unpin, waiting: Waiting, tell: mpsc::UnboundedSender<Value>, largest: usize) {
    let mut from = from;
    let mut held: Vec<u8> = vec![];
    let mut chunk = vec![0; 64 << 10];
    let mut total = 0usize;
    while let Ok(n) = from.read(&mut chunk).await {
        total = total.saturating_add(n);
        if n == 0 || total > largest.saturating_mul(MESSAGES) {
            break;
        }
        for part in chunk[..n].split_inclusive(|b| *b == 0) {
            held.extend_from_slice(part.strip_suffix(&[0]).unwrap_or(part));
            if part.ends_with(&[0]) {
                sort(&held, &waiting, &tell);
                held.clear();
            }
        }
        if held.len() > largest {
            break;
        }
    }
    waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

fn sort(message: &[u8], waiting: &Waiting, tell: &mpsc::UnboundedSender<Value>) {
    let Ok(message) = serde_json::from_slice::<Value>(message) else { return };
    match message["id"].as_u64() {
        Some(id) => {
            if let Some(answer) = waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id) {
                // Whoever asked may have given up.
                answer.send(message).ok();
            }
        }
        None => {
            tell.send(message).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_end_at_their_zero_and_not_at_the_edge_of_a_read() {
        let (tell, mut events) = mpsc::unbounded_channel();
        let (waiting, (answer, answered)) = (Waiting::default(), oneshot::channel());
        waiting.lock().unwrap().insert(7, answer);
        let text =
            b"{\"method\":\"a\"}\0rubbish\0{\"id\":7,\"result\":{\"x\":\"\xe7\x9d\xa3\"}}\0{\"method\":\"b\"}\0{\"meth";
        let (one, two) = text.split_at(20);
        listen(tokio::io::AsyncReadExt::chain(one, two), waiting, tell, 1 << 10).await;
        assert_eq!(answered.await.unwrap()["result"]["x"], "督");
        assert_eq!(events.recv().await.unwrap()["method"], "a");
        assert_eq!(events.recv().await.unwrap()["method"], "b");
        assert!(events.recv().await.is_none());
    }

    #[tokio::test]
    async fn a_message_without_end_breaks_the_pipe() {
        let (tell, mut events) = mpsc::unbounded_channel();
        let (waiting, (answer, answered)) = (Waiting::default(), oneshot::channel());
        waiting.lock().unwrap().insert(1, answer);
        listen(tokio::io::repeat(b'x'), waiting, tell, 1 << 10).await;
        assert!(answered.await.is_err());
        assert!(events.recv().await.is_none());
    }
}
