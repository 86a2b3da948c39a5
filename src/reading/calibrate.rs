//! Makes values what the owner configured: scale, offset, range, unit, name.
//! Knows nothing of lines.

use std::collections::BTreeMap;

use super::{Channel, Reading, Value};
use crate::config::ChannelSettings;

/// The settings of one board's channels.
#[derive(Clone, Debug, Default)]
pub struct Calibration {
    /// By the name that the board says.
    settings: BTreeMap<String, ChannelSettings>,
}

impl Calibration {
    /// Settings by the name that the board says.
    pub fn new(settings: &BTreeMap<String, ChannelSettings>) -> Self {
        Self {
            settings: settings.clone(),
        }
    }

    /// Applies the settings and says how many values became null because they were out
    /// of range: outside `min` and `max`, or infinite once scaled. An integer without
    /// scale and offset stays one. Of two channels that have the same name now, the
    /// last wins and takes the first one's place.
    pub fn apply<'a>(&'a self, reading: &mut Reading<'a>) -> u32 {
        if self.settings.is_empty() {
            return 0;
        }
        let mut out_of_range = 0;
        let mut renamed = false;
        for channel in &mut reading.channels {
            let Some(settings) = self.settings.get(&*channel.name) else {
                continue;
            };
            reading.verbatim = None;
            out_of_range += u32::from(!calibrate(&mut channel.value, settings));
            if let Some(unit) = &settings.unit {
                channel.unit = Some(unit);
            }
            if let Some(name) = &settings.rename {
                channel.name = name.into();
                renamed = true;
            }
        }
        if renamed {
            unite(&mut reading.channels);
        }
        out_of_range
    }
}

/// Whether the value is in range; it is null if not.
fn calibrate(value: &mut Value<'_>, settings: &ChannelSettings) -> bool {
    let number = match *value {
        _ if settings.is_identity() => return true,
        Value::Int(number) => number as f64,
        Value::Float(number) => number,
        Value::Null | Value::Bool(_) | Value::Text(_) => return true,
    };
    let scaled = number * settings.scale.unwrap_or(1.0) + settings.offset.unwrap_or(0.0);
    let too_small = settings.min.is_some_and(|min| scaled < min);
    let too_large = settings.max.is_some_and(|max| scaled > max);
    if too_small || too_large || !scaled.is_finite() {
        *value = Value::Null;
        return false;
    }
    if settings.scale.is_some() || settings.offset.is_some() {
        *value = Value::Float(scaled);
    }
    true
}

fn unite(channels: &mut Vec<Channel<'_>>) {
    for mut channel in std::mem::take(channels) {
        match channels.iter_mut().find(|known| known.name == channel.name) {
            Some(known) => std::mem::swap(known, &mut channel),
            None => channels.push(channel),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Applies settings to channels `a` and `b`, and shows them.
    fn check(values: [Value<'_>; 2], a: ChannelSettings, wanted: &str) {
        let calibration = Calibration::new(&BTreeMap::from([("a".to_owned(), a)]));
        let channels = ["a", "b"].into_iter().zip(values);
        let mut reading = Reading {
            channels: channels
                .map(|(name, value)| Channel {
                    name: name.into(),
                    value,
                    unit: Some("V"),
                })
                .collect(),
            ..Reading::default()
        };
        let dropped = calibration.apply(&mut reading);
        let show = |c: &Channel<'_>| format!("{}={:?} {}", c.name, c.value, c.unit.unwrap_or(""));
        let shown: Vec<String> = reading.channels.iter().map(show).collect();
        assert_eq!(format!("{} -{dropped}", shown.join(", ")), wanted);
    }

    fn settings(text: &str) -> ChannelSettings {
        let mut settings = ChannelSettings::default();
        for (key, value) in text.split(' ').filter_map(|pair| pair.split_once('=')) {
            let number = value.parse().ok();
            match key {
                "scale" => settings.scale = number,
                "offset" => settings.offset = number,
                "min" => settings.min = number,
                "max" => settings.max = number,
                "unit" => settings.unit = Some(value.to_owned()),
                _ => settings.rename = Some(value.to_owned()),
            }
        }
        settings
    }

    #[test]
    fn numbers_are_scaled_and_shifted() {
        let two = || [Value::Int(512), Value::Int(2)];
        check(
            two(),
            settings("scale=0.5 offset=-1"),
            "a=Float(255.0) V, b=Int(2) V -0",
        );
        check(
            two(),
            settings("offset=1"),
            "a=Float(513.0) V, b=Int(2) V -0",
        );
        check(
            two(),
            settings("min=0 unit=mV"),
            "a=Int(512) mV, b=Int(2) V -0",
        );
    }

    #[test]
    fn what_is_out_of_range_is_null_and_counted() {
        let two = |value| [Value::Float(value), Value::Int(2)];
        check(
            two(5.0),
            settings("min=5 max=5"),
            "a=Float(5.0) V, b=Int(2) V -0",
        );
        check(two(4.9), settings("min=5"), "a=Null V, b=Int(2) V -1");
        check(
            two(3.0),
            settings("max=5 scale=2"),
            "a=Null V, b=Int(2) V -1",
        );
        check(
            two(1e308),
            settings("scale=1e10"),
            "a=Null V, b=Int(2) V -1",
        );
    }

    #[test]
    fn only_numbers_are_calibrated() {
        let all = "min=5 max=6 scale=2";
        check(
            [Value::Null, Value::Null],
            settings(all),
            "a=Null V, b=Null V -0",
        );
        check(
            [Value::Bool(true), Value::Null],
            settings(all),
            "a=Bool(true) V, b=Null V -0",
        );
        check(
            [Value::Text("x".into()), Value::Null],
            settings(all),
            "a=Text(\"x\") V, b=Null V -0",
        );
    }

    #[test]
    fn a_new_name_may_meet_another_channel() {
        let two = || [Value::Int(1), Value::Int(2)];
        check(two(), settings("rename=c"), "c=Int(1) V, b=Int(2) V -0");
        check(two(), settings("rename=b"), "b=Int(2) V -0");
    }
}
