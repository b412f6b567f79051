//! What changes slowly in a picture, for charts and tables.

use serde::Serialize;
use shared::ids::{ProductId, ScannerId};
use shared::occupancy::Occupancy;

use crate::http::truth::counts::CountBody;
use crate::live::course::{Course, course, latest};
use crate::live::forecast::{Facts, Forecast, forecast};
use crate::store::truth::{DoorPicture, Evening};

/// The course of the evening.
#[derive(Debug, Serialize)]
pub(crate) struct EveningBody {
    revision: i64,
    #[serde(flatten)]
    pub(crate) course: Course,
    pub(crate) products: Vec<ProductBody>,
    scanners: Vec<PaceBody>,
    /// Counted by hand lately, the last to arrive first.
    counts: Vec<CountBody>,
    /// Time (ms) over which the scanners' scans were counted.
    window: i64,
    #[serde(flatten)]
    pub(crate) forecast: Forecast,
}

/// Tickets of a product.
#[derive(Debug, Serialize)]
pub(crate) struct ProductBody {
    pub(crate) product: ProductId,
    pub(crate) name: Option<String>,
    pub(crate) expected: u64,
    pub(crate) arrived: u64,
}

/// How fast a scanner works.
#[derive(Debug, Serialize)]
struct PaceBody {
    scanner: ScannerId,
    passed: u64,
    refused: u64,
}

impl EveningBody {
    /// As seen at `now` (ms).
    pub(crate) fn of(evening: &Evening, picture: &DoorPicture, now: i64) -> Self {
        let name = |id: ProductId| evening.policy.product(id).map(|product| product.name.clone());
        let products: Vec<_> = evening
            .arrivals
            .iter()
            .map(|row| ProductBody {
                product: row.product,
                name: name(row.product),
                expected: row.expected,
                arrived: row.arrived,
            })
            .collect();
        let pace = |row: &crate::store::truth::Pace| PaceBody {
            scanner: row.scanner,
            passed: row.passed,
            refused: row.refused,
        };
        let inside = Occupancy::of(&picture.sums, &picture.reports).total;
        let awaited = products.iter().map(|product| product.expected.saturating_sub(product.arrived)).sum::<u64>();
        let facts = Facts {
            minutes: &latest(&evening.minutes, &evening.policy, now),
            inside: (inside.low, inside.high),
            capacity: picture.policy.capacity.map(i64::from),
            awaited: i64::try_from(awaited).unwrap_or(i64::MAX),
        };
        Self {
            revision: evening.revision,
            course: course(&evening.minutes, &evening.policy, now),
            products,
            scanners: evening.paces.iter().map(pace).collect(),
            counts: evening.counts.iter().cloned().map(CountBody::from).collect(),
            window: evening.window_ms,
            forecast: forecast(&facts),
        }
    }
}
