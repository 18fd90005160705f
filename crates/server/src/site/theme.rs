//! The style sheet of the site's own: variables of the theme, and the admin's styles.
//!
//! A variable of Owncast's that has the like of it here is given to ours; all of them are there by
//! their own names as well, for styles that refer to them.

use super::settings::Settings;

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
/// The layers of the pages' styles in their order: whichever sheet comes first decides it.
const LAYERS: &str = "@layer properties, theme, base, components, utilities, user;";

/// The sheet, in the layer that comes last: it wins whatever its selectors are.
pub(super) fn sheet(settings: &Settings) -> String {
    let look = &settings.look;
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
        rules = format!(":root {{\n{rules}}}\n");
    }
    format!("{LAYERS}\n@layer user {{\n{rules}{}\n}}\n", settings.styles)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn variables_keep_their_names_and_are_given_to_ours() {
        let look = json!({ "variables": [
            { "name": "theme-color-action", "value": "#123456" },
            { "name": "theme-color-users-0", "value": "red" },
        ] });
        let settings: Settings =
            serde_json::from_value(json!({ "styles": "a {}", "look": look })).unwrap();
        let expected = "@layer properties, theme, base, components, utilities, user;\n\
            @layer user {\n:root {\n  --theme-color-action: #123456;\n  \
            --theme-color-users-0: red;\n  --accent: var(--theme-color-action);\n}\na {}\n}\n";
        assert_eq!(sheet(&settings), expected);
        assert!(!sheet(&Settings::default()).contains(":root"));
    }
}
