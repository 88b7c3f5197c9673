//! Whole numbers as options take them.

use std::ops::RangeInclusive;

use clap::builder::{StringValueParser, TypedValueParser};

/// Reads a whole number of the range, and says which ones are wanted of anything else.
pub(super) fn whole<N>(range: RangeInclusive<u64>) -> impl TypedValueParser<Value = N>
where
    N: TryFrom<u64> + Clone + Send + Sync + 'static,
{
    let read = move |text: &str| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        let number = number.and_then(|number| N::try_from(number).ok());
        number.ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            format!("a whole number from {least} to {most} is wanted")
        })
    };
    StringValueParser::new().try_map(move |text| read(&text))
}
