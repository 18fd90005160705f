//! Categories: what channels of one kind have in common. Admins make them.

use rivulet_media::time::WallClock;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Channels, ChannelsError, Slug, store};
use crate::audit::{Action, Actor, Entry, Subject, SubjectKind};
use crate::ids::CategoryId;
use crate::merge_patch;

/// Categories of a site: they are listed whole.
const MAX_CATEGORIES: usize = 500;
/// Longest name, in characters.
const MAX_NAME_LEN: usize = 60;
/// Longest description, in characters.
const MAX_DESCRIPTION_LEN: usize = 2000;

/// A category.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Category {
    pub(crate) id: CategoryId,
    pub(crate) slug: Slug,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) created_at: WallClock,
}

/// What admins say of a category.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct CategoryText {
    /// Its name in addresses.
    pub(crate) slug: String,
    /// Its name on pages.
    pub(crate) name: String,
    /// What belongs to it; may be empty.
    pub(crate) description: String,
}

impl CategoryText {
    fn of(category: &Category) -> Self {
        Self {
            slug: category.slug.to_string(),
            name: category.name.clone(),
            description: category.description.clone(),
        }
    }

    fn put_on(self, category: Category) -> Result<Category, ChannelsError> {
        let refuse = |field, range| Err(ChannelsError::OutOfRange { field, range });
        let name = self.name.trim().to_owned();
        if !(1..=MAX_NAME_LEN).contains(&name.chars().count()) {
            return refuse("name", "1 to 60 characters");
        }
        if self.description.chars().count() > MAX_DESCRIPTION_LEN {
            return refuse("description", "at most 2000 characters");
        }
        let slug = Slug::parse(&self.slug)?;
        Ok(Category { slug, name, description: self.description, ..category })
    }
}

impl Channels {
    /// All categories, by name.
    pub(crate) async fn categories(&self) -> Result<Vec<Category>, ChannelsError> {
        self.store.categories().await
    }

    /// Makes a category.
    pub(crate) async fn create_category(
        &self,
        actor: &Actor,
        text: CategoryText,
    ) -> Result<Category, ChannelsError> {
        let empty = Category {
            id: CategoryId::generate(),
            slug: Slug::parse(&text.slug)?,
            name: String::new(),
            description: String::new(),
            created_at: self.clock.wall(),
        };
        let category = text.put_on(empty)?;
        let mut transaction = self.store.begin().await?;
        if store::categories::list(&mut transaction).await?.len() >= MAX_CATEGORIES {
            return Err(ChannelsError::TooManyCategories);
        }
        store::categories::insert(&mut transaction, &category).await?;
        let became = json!(CategoryText::of(&category));
        let entry = Entry {
            actor,
            action: Action::CategoryCreated,
            subject: subject(&category),
            was: None,
            became: Some(became),
        };
        self.audit.record(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(category)
    }

    /// Changes what `patch` names of a category; `None` when there is none of that id.
    pub(crate) async fn change_category(
        &self,
        actor: &Actor,
        id: CategoryId,
        patch: &serde_json::Value,
    ) -> Result<Option<Category>, ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let categories = store::categories::list(&mut transaction).await?;
        let Some(found) = categories.into_iter().find(|it| it.id == id) else { return Ok(None) };
        let text = CategoryText::of(&found);
        let category = merge_patch::apply(&text, patch)?.put_on(found)?;
        let (was, became) = merge_patch::difference(&text, &CategoryText::of(&category));
        if became.is_some() {
            store::categories::update(&mut transaction, &category).await?;
            let subject = subject(&category);
            let entry = Entry { actor, action: Action::CategoryChanged, subject, was, became };
            self.audit.record(&mut transaction, entry).await?;
            transaction.commit().await?;
        }
        Ok(Some(category))
    }

    /// Removes a category; its channels have none then. `false` when there was none of that id.
    pub(crate) async fn remove_category(
        &self,
        actor: &Actor,
        id: CategoryId,
    ) -> Result<bool, ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let categories = store::categories::list(&mut transaction).await?;
        let Some(found) = categories.into_iter().find(|it| it.id == id) else { return Ok(false) };
        store::categories::remove(&mut transaction, id).await?;
        let entry = Entry {
            actor,
            action: Action::CategoryDeleted,
            subject: subject(&found),
            was: Some(json!(CategoryText::of(&found))),
            became: None,
        };
        self.audit.record(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

fn subject(category: &Category) -> Subject {
    Subject::new(SubjectKind::Category, category.id, &category.slug)
}
