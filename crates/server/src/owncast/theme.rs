//! Owncast's variables of appearance, as our pages understand them.
//!
//! A variable that has the like of it here is given to ours; all of them are there by their own
//! names as well, for styles that refer to them.

use crate::site::Look;

/// What is called what here.
const OURS: &[(&str, &str)] = &[
    ("theme-color-background-main", "s0"),
    ("theme-color-components-content-background", "s1"),
    ("theme-color-components-chat-background", "s2"),
    ("theme-color-background-light", "s3"),
    ("theme-text-primary", "fg"),
    ("theme-color-components-text-on-dark", "fg"),
    ("theme-color-components-chat-text", "fg-2"),
    ("theme-color-action", "accent"),
    ("theme-color-components-primary-button-text", "accent-fg"),
    ("theme-color-error", "bad"),
    ("theme-color-warning", "warn"),
    ("theme-rounded-corners", "r"),
];
/// The layers of our own styles, in their order, and the one that comes after them.
const LAYERS: &str = "@layer theme, base, components, utilities, owncast;";

/// The style sheet that pages load.
pub(super) fn sheet(look: &Look) -> String {
    let mut sheet = format!("{LAYERS}\n@import url(\"/customstyles/own\") layer(owncast);\n");
    let mut rules = String::new();
    for variable in &look.variables {
        rules.push_str(&format!("  --{}: {};\n", variable.name, variable.value.trim()));
    }
    for (theirs, ours) in OURS {
        if look.variables.iter().any(|it| it.name == *theirs) {
            rules.push_str(&format!("  --{ours}: var(--{theirs});\n"));
        }
    }
    if !rules.is_empty() {
        // Twice the same, to weigh more than where ours are said.
        sheet.push_str(&format!(":root:root {{\n{rules}}}\n"));
    }
    sheet
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn variables_keep_their_names_and_are_given_to_ours() {
        let look: Look = serde_json::from_value(json!({ "variables": [
            { "name": "theme-color-action", "value": "#123456" },
            { "name": "theme-color-users-0", "value": "red" },
        ] }))
        .unwrap();
        let expected = "@layer theme, base, components, utilities, owncast;\n\
            @import url(\"/customstyles/own\") layer(owncast);\n\
            :root:root {\n  --theme-color-action: #123456;\n  --theme-color-users-0: red;\n  \
            --accent: var(--theme-color-action);\n}\n";
        assert_eq!(sheet(&look), expected);
        assert!(!sheet(&Look::default()).contains(":root"));
    }
}
