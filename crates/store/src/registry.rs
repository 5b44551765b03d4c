//! Units and channels, so that all else can name them.

use std::sync::{MutexGuard, PoisonError};

use model::{Channel, EvidenceHash, Moment, Unit};
use serde::Serialize;

use crate::row::stamp;
use crate::{Store, StoreError};

#[derive(Serialize)]
struct UnitRow<'a> {
    id: &'a str,
    name: &'a str,
    kind: model::UnitKind,
}

#[derive(Serialize)]
struct ChannelRow<'a> {
    id: &'a str,
    unit: model::UnitId,
    kind: &'a str,
    name: &'a str,
    url: &'a str,
}

impl Store {
    /// Writes down who is watched. What has left the configuration keeps its row.
    ///
    /// # Errors
    /// When a channel belongs to a unit that is not known, or the database cannot be written.
    pub async fn sync_registry(&self, units: &[Unit], channels: &[Channel], at: Moment) -> Result<(), StoreError> {
        let at = stamp(at);
        let units: Vec<_> = units.iter().map(|u| UnitRow { id: u.id.as_str(), name: &u.name, kind: u.kind }).collect();
        let channels: Vec<_> = channels
            .iter()
            .map(|c| ChannelRow {
                id: c.id.as_str(),
                unit: c.id.unit(),
                kind: c.kind.word(),
                name: &c.name,
                url: &c.url,
            })
            .collect();
        let (units, channels) = (serde_json::to_string(&units)?, serde_json::to_string(&channels)?);
        let new = crate::evidence::fingerprint(format!("{units}{channels}").as_bytes());
        if self.written_down().as_ref() == Some(&new) {
            return Ok(());
        }
        let mut tx = self.write().await?;
        sqlx::query!(
            "INSERT INTO unit (id, name, kind, updated_at)
             SELECT value ->> 'id', value ->> 'name', value ->> 'kind', ?2 FROM json_each(?1) WHERE true
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, updated_at = excluded.updated_at
             WHERE name <> excluded.name OR kind <> excluded.kind",
            units,
            at
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "INSERT INTO channel (id, unit, kind, name, url, updated_at)
             SELECT value ->> 'id', value ->> 'unit', value ->> 'kind', value ->> 'name', value ->> 'url', ?2
             FROM json_each(?1) WHERE true
             ON CONFLICT (id) DO UPDATE SET
               kind = excluded.kind, name = excluded.name, url = excluded.url, updated_at = excluded.updated_at
             WHERE kind <> excluded.kind OR name <> excluded.name OR url <> excluded.url",
            channels,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        *self.written_down() = Some(new);
        Ok(())
    }

    /// A fingerprint is whole between any two statements, so a panic elsewhere spoils nothing.
    fn written_down(&self) -> MutexGuard<'_, Option<EvidenceHash>> {
        self.done.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
