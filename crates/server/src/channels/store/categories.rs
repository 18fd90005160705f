//! The table `category`.

use super::super::{Category, ChannelsError};
use super::Store;
use crate::db::{DbError, Row, Transaction};
use crate::ids::CategoryId;

const LIST: &str = "SELECT * FROM category ORDER BY name, slug";

impl Store {
    pub(in crate::channels) async fn categories(&self) -> Result<Vec<Category>, ChannelsError> {
        let rows = self.db.query(LIST).all().await?;
        Ok(rows.iter().map(category).collect::<Result<_, _>>()?)
    }

    pub(in crate::channels) async fn category(
        &self,
        id: CategoryId,
    ) -> Result<Option<Category>, ChannelsError> {
        let row = self.db.query("SELECT * FROM category WHERE id = $1").bind(id).optional().await?;
        Ok(row.as_ref().map(category).transpose()?)
    }
}

pub(in crate::channels) async fn list(
    transaction: &mut Transaction,
) -> Result<Vec<Category>, ChannelsError> {
    let rows = transaction.query(LIST).all().await?;
    Ok(rows.iter().map(category).collect::<Result<_, _>>()?)
}

pub(in crate::channels) async fn insert(
    transaction: &mut Transaction,
    category: &Category,
) -> Result<(), ChannelsError> {
    let inserted = transaction
        .query(
            "INSERT INTO category (id, slug, name, description, created_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(category.id)
        .bind(category.slug.as_str())
        .bind(&category.name)
        .bind(&category.description)
        .bind(category.created_at)
        .execute()
        .await;
    or_taken(inserted, category)
}

pub(in crate::channels) async fn update(
    transaction: &mut Transaction,
    category: &Category,
) -> Result<(), ChannelsError> {
    let updated = transaction
        .query("UPDATE category SET slug = $2, name = $3, description = $4 WHERE id = $1")
        .bind(category.id)
        .bind(category.slug.as_str())
        .bind(&category.name)
        .bind(&category.description)
        .execute()
        .await;
    or_taken(updated, category)
}

fn or_taken(done: Result<u64, DbError>, category: &Category) -> Result<(), ChannelsError> {
    match done {
        Ok(_) => Ok(()),
        Err(error) if error.is_taken() => {
            Err(ChannelsError::CategoryTaken(category.slug.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

pub(in crate::channels) async fn remove(
    transaction: &mut Transaction,
    id: CategoryId,
) -> Result<(), ChannelsError> {
    transaction.query("DELETE FROM category WHERE id = $1").bind(id).execute().await?;
    Ok(())
}

fn category(row: &Row) -> Result<Category, DbError> {
    Ok(Category {
        id: row.get("id")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        description: row.get("description")?,
        created_at: row.get("created_at")?,
    })
}
