//! Instants, days and offsets. A day is exactly 86,400 seconds; the calendar itself is the library's.

use jiff::civil::Date;
use std::fmt;

/// Microseconds in a day.
pub const DAY_MICROS: i64 = 86_400_000_000;
/// Microseconds in an hour.
pub const HOUR_MICROS: i64 = 3_600_000_000;

/// An instant: microseconds since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

/// A calendar day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// A fixed offset from UTC in minutes, east positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Offset(pub i16);

impl Instant {
    /// Reads an ISO 8601 instant with `Z` or an offset (`2026-03-31T12:00Z`, `2026-03-31 12:00:00.5+02:00`), or a plain date, which is its
    /// first moment at `offset`. An instant without any offset is taken at `offset` too. `None` for anything else.
    pub fn parse(text: &str, offset: Offset) -> Option<Instant> {
        let text = text.trim();
        if let Ok(t) = text.parse::<jiff::Timestamp>() {
            return Some(Instant(t.as_microsecond()));
        }
        if let Some(day) = Day::parse(text) {
            return Some(day.start(offset));
        }
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        let zone = jiff::tz::Offset::from_seconds(i32::from(offset.0) * 60).ok()?;
        Some(Instant(zone.to_timestamp(civil).ok()?.as_microsecond()))
    }

    /// The calendar day at this offset.
    pub fn day(self, offset: Offset) -> Day {
        Day((self.0 + i64::from(offset.0) * 60_000_000).div_euclid(DAY_MICROS) as i32)
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC, seconds always, fractions only where there are some.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(t) => write!(f, "{t}"),
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl Day {
    /// Reads `2026-03-31`, nothing else.
    pub fn parse(text: &str) -> Option<Day> {
        let b = text.as_bytes();
        if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| {
            b[range].iter().try_fold(0_i16, |n, d| d.is_ascii_digit().then(|| n * 10 + i16::from(d - b'0')))
        };
        Day::from_civil(number(0..4)?, number(5..7)? as i8, number(8..10)? as i8)
    }

    /// A day of the calendar; `None` if there is no such day.
    pub fn from_civil(year: i16, month: i8, day: i8) -> Option<Day> {
        let date = Date::new(year, month, day).ok()?;
        let span = date.since((jiff::Unit::Day, Date::constant(1970, 1, 1))).ok()?;
        Some(Day(span.get_days()))
    }

    /// Its first moment at this offset.
    pub fn start(self, offset: Offset) -> Instant {
        Instant(i64::from(self.0) * DAY_MICROS - i64::from(offset.0) * 60_000_000)
    }

    /// The day `days` later; stays within what an `i32` holds.
    pub fn plus(self, days: i64) -> Day {
        Day((i64::from(self.0) + days).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
    }

    /// Whether it is a Saturday or a Sunday. (1970-01-01 was a Thursday.)
    pub fn is_weekend(self) -> bool {
        matches!((i64::from(self.0) + 3).rem_euclid(7), 5 | 6)
    }

    /// Year, month and day of the month; nothing outside the calendar.
    pub fn parts(self) -> Option<(i16, i8, i8)> {
        self.civil().map(|d| (d.year(), d.month(), d.day()))
    }

    fn civil(self) -> Option<Date> {
        Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(self.0).ok()?).ok()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.civil() {
            Some(d) => write!(f, "{d}"),
            None => write!(f, "day {}", self.0),
        }
    }
}

impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl Offset {
    /// Reads `UTC`, `Z`, `+05:30`, `-05:00`; `None` for anything else or beyond ±14 hours.
    pub fn parse(text: &str) -> Option<Offset> {
        if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") {
            return Some(Offset(0));
        }
        let (sign, rest) = match text.as_bytes().first()? {
            b'+' => (1, &text[1..]),
            b'-' => (-1, &text[1..]),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        if hours.len() != 2 || minutes.len() != 2 || !rest.bytes().all(|b| b.is_ascii_digit() || b == b':') {
            return None;
        }
        let (h, m): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (m < 60 && h * 60 + m <= 14 * 60).then_some(Offset(sign * (h * 60 + m)))
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let m = self.0.unsigned_abs();
        write!(f, "{}{:02}:{:02}", if self.0 < 0 { '-' } else { '+' }, m / 60, m % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_round_trip() {
        for text in ["1970-01-01", "2026-03-31", "2024-02-29", "1969-12-31"] {
            assert_eq!(Day::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Day::parse("2026-02-29"), None);
        assert_eq!(Day::parse("2026-3-31"), None);
        let utc = Offset(0);
        let noon = Instant::parse("2026-03-31T12:00Z", utc).unwrap();
        assert_eq!(noon.to_string(), "2026-03-31T12:00:00Z");
        assert_eq!(Instant::parse("2026-03-31T14:00:00.000+02:00", utc), Some(noon));
        assert_eq!(Instant::parse("2026-03-31 12:00", utc), Some(noon));
        assert_eq!(noon.day(Offset(-13 * 60)).to_string(), "2026-03-30");
        assert_eq!(Instant::parse("03/04/2026", utc), None);
        assert!(Day::parse("2026-11-22").unwrap().is_weekend());
        assert!(!Day::parse("2026-11-23").unwrap().is_weekend());
        assert_eq!(Offset::parse("-05:30").unwrap().to_string(), "-05:30");
    }
}
