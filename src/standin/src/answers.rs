//! Answers: `{"error_code": …, "data": …}`, pretty-printed.

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::Refusal;

/// What a command says: `data`, or why not.
pub type Answer = Result<Value, Refusal>;

#[derive(Serialize)]
struct Envelope {
    error_code: u8,
    data: Value,
}

/// The text that the real program prints.
pub fn render(answer: &Answer) -> String {
    let envelope = match answer {
        Ok(data) => Envelope {
            error_code: 0,
            data: data.clone(),
        },
        Err(refusal) => Envelope {
            error_code: 1,
            data: json!(refusal.to_string()),
        },
    };
    serde_json::to_string_pretty(&envelope).unwrap_or_else(|_| "{\"error_code\": 1, \"data\": \"\"}".into())
}

/// `{"message": …}`, as the key commands answer.
pub fn message(text: &str) -> Answer {
    Ok(json!({ "message": text }))
}

/// What the real program prints, without JSON, when the connection is gone.
pub const DISCONNECTED: &str = "Error: \"HSM is disconnected\"";
