//! Days and instants as data writes them: ISO, or the format an import declares; never guessed.

use crate::policy::import::{DateFormat, DateOrder};
use crate::policy::time::{DAY_MICROS, Day, Instant, Offset};

/// Reads an instant: ISO, or the declared format at the policy's offset.
pub fn read_instant(text: &str, format: Option<&DateFormat>, offset: Offset) -> Option<Instant> {
    if let Some(instant) = iso_fast(text.as_bytes()) {
        return Some(instant);
    }
    if let Some(instant) = format.and_then(|f| declared(text, f, offset)) {
        return Some(instant);
    }
    Instant::parse(text, offset)
}

/// Reads a day. An instant gives its day at the policy's offset.
pub fn read_day(text: &str, format: Option<&DateFormat>, offset: Offset) -> Option<Day> {
    Day::parse(text).or_else(|| Some(read_instant(text, format, offset)?.day(offset)))
}

/// `YYYY-MM-DDTHH:MM[:SS[.ffffff]](Z|±HH:MM|±HHMM)`, which nearly all rows have; `None` leaves the text to the general reader.
fn iso_fast(b: &[u8]) -> Option<Instant> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T' | b' ' | b't', h1, h2, b':', n1, n2, _, ..] = *b else {
        return None;
    };
    let year = i64::from(pair(y1, y2)?) * 100 + i64::from(pair(y3, y4)?);
    let (month, day, hour, minute) = (pair(m1, m2)?, pair(d1, d2)?, pair(h1, h2)?, pair(n1, n2)?);
    let (mut at, mut second, mut micros) = (16, 0, 0_i64);
    if b[at] == b':' {
        second = two(b, at + 1)?;
        at += 3;
        if b.get(at) == Some(&b'.') {
            at += 1;
            let start = at;
            while at - start < 6 && b.get(at).is_some_and(u8::is_ascii_digit) {
                micros = micros * 10 + i64::from(b[at] - b'0');
                at += 1;
            }
            if at == start {
                return None;
            }
            micros *= 10_i64.pow(6 - (at - start) as u32);
        }
    }
    let shift = zone_minutes(&b[at..])?;
    if month == 0 || month > 12 || day == 0 || day > month_days(year, month) || hour > 23 || minute > 59 || second > 59
    {
        return None;
    }
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second) - shift * 60;
    Some(Instant(days_before(year, month, day) * DAY_MICROS + seconds * 1_000_000 + micros))
}

fn two(b: &[u8], at: usize) -> Option<u32> {
    pair(*b.get(at)?, *b.get(at + 1)?)
}

fn pair(x: u8, y: u8) -> Option<u32> {
    (x.is_ascii_digit() && y.is_ascii_digit()).then(|| u32::from(x - b'0') * 10 + u32::from(y - b'0'))
}

fn zone_minutes(zone: &[u8]) -> Option<i64> {
    let sign = match zone {
        b"Z" | b"z" => return Some(0),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    let (hours, minutes) = match zone.len() {
        6 if zone[3] == b':' => (two(zone, 1)?, two(zone, 4)?),
        5 => (two(zone, 1)?, two(zone, 3)?),
        3 => (two(zone, 1)?, 0),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then(|| sign * i64::from(hours * 60 + minutes))
}

fn month_days(year: i64, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar; the year is counted from March, so the leap day is its last.
fn days_before(year: i64, month: u32, day: u32) -> i64 {
    let (y, m) = (year - i64::from(month <= 2), i64::from((month + 9) % 12));
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * m + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Reads the declared format. A time may follow where the format has one; its absence is midnight.
fn declared(text: &str, format: &DateFormat, offset: Offset) -> Option<Instant> {
    let (date, time) = match text.split_once([' ', 'T']) {
        Some((date, time)) if format.time => (date, Some(time.trim())),
        Some(_) => return None,
        None => (text, None),
    };
    let mut parts = date.split(format.separator);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = match format.order {
        DateOrder::YearMonthDay => (a, b, c),
        DateOrder::MonthDayYear => (c, a, b),
        DateOrder::DayMonthYear => (c, b, a),
    };
    let day = Day::from_civil(number(year, 4..=4)?, number(month, 1..=2)? as i8, number(day, 1..=2)? as i8)?;
    let minutes = time.map_or(Some(0), time_seconds)?;
    Some(Instant(day.start(offset).0 + minutes * 1_000_000))
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<i16> {
    (digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `9:05`, `09:05:30`, `9:05 AM`, `9:05:30 pm` as seconds of the day.
fn time_seconds(text: &str) -> Option<i64> {
    let upper = text.to_ascii_uppercase();
    let half = if upper.ends_with("AM") { Some(0) } else { upper.ends_with("PM").then_some(12) };
    let clock = upper.trim_end_matches(['A', 'P', 'M']).trim_end();
    let mut parts = clock.split(':');
    let mut hour = i64::from(number(parts.next()?, 1..=2)?);
    let minute = i64::from(number(parts.next()?, 2..=2)?);
    let second = parts.next().map_or(Some(0), |s| number(s, 2..=2)).map(i64::from)?;
    if let Some(add) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + add;
    }
    (parts.next().is_none() && hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

/// Whether a text looks like a day written in numbers with separators, in whatever order: what a declaration would make readable.
pub fn looks_like_a_date(text: &str) -> bool {
    let date = text.split([' ', 'T']).next().unwrap_or("");
    let separator = date.chars().find(|c| !c.is_ascii_digit());
    let Some(separator @ ('/' | '.' | '-')) = separator else { return false };
    let parts: Vec<&str> = date.split(separator).collect();
    parts.len() == 3 && parts.iter().all(|p| (1..=4).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a text has the shape of an ISO day, whatever its numbers.
pub fn is_iso_like(text: &str) -> bool {
    let b = text.as_bytes();
    looks_like_a_date(text) && b.get(4) == Some(&b'-') && b.get(7) == Some(&b'-')
}

/// Whether two parts of something that looks like a date could each be the month.
fn could_be_two(text: &str) -> bool {
    let parts = text.split([' ', 'T']).next().unwrap_or("").split(['/', '.', '-']);
    parts.filter_map(|p| p.parse::<u16>().ok()).filter(|n| (1..=12).contains(n)).count() > 1
}

/// Why a text is no day or instant, as the rest of a sentence about it, and what to do where that is plain.
pub fn why_no_date(text: &str, format: Option<&DateFormat>) -> (String, Option<&'static str>) {
    match format {
        _ if is_iso_like(text) => ("is no day of the calendar".to_string(), None),
        Some(format) => (format!("does not fit the declared `{}`", format.text), None),
        None if looks_like_a_date(text) && could_be_two(text) => ("could be more than one day".to_string(), None),
        None if looks_like_a_date(text) => ("is written in a format that no import declares".to_string(), None),
        None => ("is not a date".to_string(), Some("write 2026-03-31")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_path_agrees_with_the_calendar() {
        let utc = Offset(0);
        for text in [
            "2026-03-31T12:00Z",
            "2024-02-29T23:59:59.999999+05:30",
            "1969-12-31T00:00:00Z",
            "2026-03-01T14:14:00.000+0000",
            "1900-03-01T00:00:00.5-11:00",
            "2000-02-29 10:00:00Z",
        ] {
            assert_eq!(iso_fast(text.as_bytes()), Instant::parse(text, utc), "{text}");
            assert!(iso_fast(text.as_bytes()).is_some(), "{text}");
        }
        for text in
            ["2026-02-29T12:00Z", "2026-13-01T12:00Z", "2026-03-31T24:00Z", "2026-03-31T12:00", "2026-03-31T12:00:00.Z"]
        {
            assert_eq!(iso_fast(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn declared_formats() {
        let us =
            DateFormat { order: DateOrder::MonthDayYear, separator: '/', time: true, text: "MM/DD/YYYY HH:mm".into() };
        let day = |t| read_day(t, Some(&us), Offset(0)).map(|d| d.to_string());
        assert_eq!(day("3/4/2026").as_deref(), Some("2026-03-04"));
        assert_eq!(day("03/31/2026 9:00 PM").as_deref(), Some("2026-03-31"));
        assert_eq!(day("2026-03-04").as_deref(), Some("2026-03-04"));
        assert_eq!(day("31/03/2026"), None);
        assert_eq!(day("03/31/26"), None);
        assert!(looks_like_a_date("03/04/2026") && looks_like_a_date("3.4.26 10:00") && !looks_like_a_date("soon"));
    }
}
