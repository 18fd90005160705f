//! Stream keys on the command line.

use anyhow::bail;

use super::{Admin, KeyChoice, WHO, find};
use crate::channels::{Channel, Channels, KeyPatch, StreamKey};
use crate::clock::rfc3339;

pub(super) async fn run(admin: Admin, channels: &Channels) -> anyhow::Result<String> {
    match admin {
        Admin::StreamKeys { name } => {
            let channel = find(channels, name.as_deref()).await?;
            let keys = channels.reveal_keys(&channel).await?;
            Ok(keys.iter().map(|key| key.reveal()).collect::<Vec<_>>().join("\n"))
        }
        Admin::ListStreamKeys { name } => {
            let channel = find(channels, name.as_deref()).await?;
            let lines: Vec<_> = channels.keys(&channel).await?.iter().map(line).collect();
            Ok(lines.join("\n"))
        }
        Admin::AddStreamKey { name, label } => {
            let channel = find(channels, name.as_deref()).await?;
            Ok(channels.add_key(WHO, &channel, &label).await?.1.reveal().to_owned())
        }
        Admin::DisableStreamKey(choice) => switch(channels, choice, true).await,
        Admin::EnableStreamKey(choice) => switch(channels, choice, false).await,
        Admin::RotateStreamKey(choice) => {
            let (channel, key) = chosen(channels, choice).await?;
            Ok(channels.rotate_key(WHO, &channel, key.id).await?.1.reveal().to_owned())
        }
        Admin::RemoveStreamKey(choice) => {
            let (channel, key) = chosen(channels, choice).await?;
            channels.remove_key(WHO, &channel, key.id).await?;
            Ok(format!("{:?} of {} is gone", key.label, channel.slug))
        }
        _ => bail!("this command is not about stream keys"),
    }
}

async fn switch(channels: &Channels, choice: KeyChoice, disabled: bool) -> anyhow::Result<String> {
    let (channel, key) = chosen(channels, choice).await?;
    let patch = KeyPatch { label: None, disabled: Some(disabled) };
    Ok(line(&channels.change_key(WHO, &channel, (key.id, patch)).await?))
}

/// The one key that is meant.
async fn chosen(channels: &Channels, choice: KeyChoice) -> anyhow::Result<(Channel, StreamKey)> {
    let channel = find(channels, choice.channel.as_deref()).await?;
    let keys = channels.keys(&channel).await?;
    let wanted = choice.key.as_str();
    let meant = |key: &&StreamKey| key.label == wanted || key.id.to_string().starts_with(wanted);
    let meant: Vec<_> = keys.iter().filter(meant).collect();
    match meant[..] {
        [key] => Ok((channel.clone(), key.clone())),
        [] => bail!("no stream key is `{wanted}`; see `rivulet admin list-stream-keys`"),
        _ => bail!("several stream keys are `{wanted}`: name one by its id"),
    }
}

fn line(key: &StreamKey) -> String {
    let used = key.last_used_at.map_or_else(|| "never".to_owned(), rfc3339);
    let mark = if key.disabled_at.is_some() { "  (disabled)" } else { "" };
    format!("{}  {:?}  made {}  used {used}{mark}", key.id, key.label, rfc3339(key.created_at))
}
