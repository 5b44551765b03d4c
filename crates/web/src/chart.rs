//! Charts as inline SVG: they need no script, print as they are, and say in words what they show.

mod bars;
mod strip;

pub(crate) use bars::deductions;
pub(crate) use strip::{Band, Strip, strip};

/// Text within SVG.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_in_a_label_can_end_it() {
        assert_eq!(super::escaped("<b a=\"&\">"), "&lt;b a=&quot;&amp;&quot;&gt;");
    }
}
