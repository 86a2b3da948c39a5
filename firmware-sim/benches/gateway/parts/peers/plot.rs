//! Draws curves with logarithmic axes, and the name of each at its end.
//! Knows nothing of how they were measured.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::Outcome;
use crate::peers::Peer;

/// A figure against the number of subscribers.
pub struct Curve {
    pub peer: Peer,
    pub points: Vec<(f64, f64)>,
}

/// Curves that have their axes in common.
pub struct Panel {
    pub title: &'static str,
    /// How a value is written at the axis.
    pub unit: fn(f64) -> String,
    pub curves: Vec<Curve>,
}

/// Colours that can be told apart on a page.
pub struct Theme {
    pub name: &'static str,
    paper: RGBColor,
    ink: RGBColor,
    grid: RGBColor,
    /// In the order of the peers.
    colours: [RGBColor; 9],
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const FONT: &str = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";

const WIDTH: u32 = 920;

const HEIGHT: u32 = 440;

/// Pixels for the names at the right.
const NAMES: u32 = 108;

/// Pixels between two names.
const LEADING: f64 = 17.0;

impl Theme {
    /// For a white page.
    pub const LIGHT: Self = Self {
        name: "light",
        paper: RGBColor(0xff, 0xff, 0xff),
        ink: RGBColor(0x1f, 0x23, 0x28),
        grid: RGBColor(0xd8, 0xde, 0xe4),
        colours: [
            RGBColor(0x59, 0x63, 0x6e),
            RGBColor(0x7d, 0x86, 0x90),
            RGBColor(0x09, 0x69, 0xda),
            RGBColor(0xcf, 0x22, 0x2e),
            RGBColor(0xbc, 0x4c, 0x00),
            RGBColor(0x1a, 0x7f, 0x37),
            RGBColor(0x0e, 0x7c, 0x86),
            RGBColor(0x9a, 0x67, 0x00),
            RGBColor(0x82, 0x50, 0xdf),
        ],
    };

    /// For a dark one.
    pub const DARK: Self = Self {
        name: "dark",
        paper: RGBColor(0x0d, 0x11, 0x17),
        ink: RGBColor(0xe6, 0xed, 0xf3),
        grid: RGBColor(0x2d, 0x33, 0x3b),
        colours: [
            RGBColor(0x9d, 0xa7, 0xb3),
            RGBColor(0x76, 0x83, 0x90),
            RGBColor(0x58, 0xa6, 0xff),
            RGBColor(0xff, 0x7b, 0x72),
            RGBColor(0xff, 0xa6, 0x57),
            RGBColor(0x56, 0xd3, 0x64),
            RGBColor(0x39, 0xc5, 0xcf),
            RGBColor(0xe3, 0xb3, 0x41),
            RGBColor(0xd2, 0xa8, 0xff),
        ],
    };

    /// Draws panels side by side, with one scale for all.
    pub fn draw(&self, path: &Path, panels: &[Panel]) -> Outcome {
        let root = SVGBackend::new(path, (WIDTH, HEIGHT)).into_drawing_area();
        root.fill(&self.paper)?;
        let curves = panels.iter().flat_map(|panel| &panel.curves);
        let points = curves.flat_map(|curve| &curve.points);
        let range = range(points.map(|&(_, value)| value));
        for (area, panel) in root.split_evenly((1, panels.len())).iter().zip(panels) {
            self.panel(area, panel, range)?;
        }
        Ok(root.present()?)
    }

    fn panel(&self, area: &Area<'_>, panel: &Panel, (low, high): (f64, f64)) -> Outcome {
        let text = |size: i32| (FONT, size).into_font().color(&self.ink);
        let mut chart = ChartBuilder::on(area)
            .margin(14)
            .margin_right(NAMES)
            .caption(panel.title, text(20))
            .x_label_area_size(44)
            .y_label_area_size(58)
            .build_cartesian_2d((8f64..1250f64).log_scale(), (low..high).log_scale())?;
        chart
            .configure_mesh()
            .light_line_style(self.grid.mix(0.4))
            .bold_line_style(self.grid)
            .axis_style(self.ink.mix(0.5))
            .label_style(text(16))
            .x_labels(4)
            .y_labels(8)
            .x_desc("subscribers")
            .x_label_formatter(&|value| format!("{value}"))
            .y_label_formatter(&|value| (panel.unit)(*value))
            .draw()?;
        let mut names = Vec::new();
        // The first in the table is drawn last, over the others.
        for curve in panel.curves.iter().rev() {
            let style = self.style(curve.peer);
            let points = curve.points.iter().copied();
            match curve.peer {
                Peer::Limit | Peer::LimitSingle => {
                    chart.draw_series(DashedLineSeries::new(points, 7, 5, style))?;
                }
                _ => {
                    chart.draw_series(LineSeries::new(points, style))?;
                }
            }
            let dots = curve.points.iter();
            chart.draw_series(dots.map(|&point| Circle::new(point, 3, style.color.filled())))?;
            if let Some(end) = curve.points.last() {
                names.push((chart.backend_coord(end), curve.peer));
            }
        }
        self.names(area, names)
    }

    fn style(&self, peer: Peer) -> ShapeStyle {
        let width = if peer == Peer::Boardcast { 4 } else { 2 };
        self.colours[peer as usize].stroke_width(width)
    }

    /// Each beside the end of its curve, or as near as the others allow.
    fn names(&self, area: &Area<'_>, mut ends: Vec<((i32, i32), Peer)>) -> Outcome {
        ends.sort_by_key(|((_, y), _)| *y);
        let mut heights: Vec<_> = ends.iter().map(|((_, y), _)| *y).collect();
        spread(&mut heights);
        let (left, top) = area.get_base_pixel();
        for (((x, y), peer), height) in ends.into_iter().zip(heights) {
            let (x, y, height) = (x - left, y - top, height - top);
            let colour = self.colours[peer as usize];
            let lead = [(x + 6, y), (x + 16, height)];
            area.draw(&PathElement::new(lead, colour.mix(0.6)))?;
            let weight = if peer == Peer::Boardcast {
                FontStyle::Bold
            } else {
                FontStyle::Normal
            };
            let font = FontDesc::new(FontFamily::Name(FONT), 14.0, weight).color(&colour);
            let text = font.pos(Pos::new(HPos::Left, VPos::Center));
            area.draw(&Text::new(peer.name(), (x + 20, height), text))?;
        }
        Ok(())
    }
}

/// From 1, 2 or 5 of some power of ten to another, so that all values are well within.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (lowest, highest) = values.fold((f64::MAX, f64::MIN_POSITIVE), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let steps = (-12..12).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10f64.powi(power)));
    let below = steps.clone().rfind(|step| *step < lowest * 0.95);
    let above = steps.into_iter().find(|step| *step > highest * 1.05);
    (below.unwrap_or(lowest), above.unwrap_or(highest))
}

/// Moves heights, which ascend, apart where they are too near: as little as possible, by
/// joining neighbours into stacks around their common middle.
fn spread(heights: &mut [i32]) {
    // Of each stack: the height of its first, and how many.
    let mut stacks: Vec<(f64, usize)> = Vec::new();
    for &height in heights.iter() {
        let mut stack = (f64::from(height), 1);
        while let Some(&(above, count)) = stacks.last() {
            if above + count as f64 * LEADING <= stack.0 {
                break;
            }
            stacks.pop();
            let both = count + stack.1;
            // What each would like its first to be at, in the mean.
            let lower = stack.0 - count as f64 * LEADING;
            let middle = (above * count as f64 + lower * stack.1 as f64) / both as f64;
            stack = (middle, both);
        }
        stacks.push(stack);
    }
    let placed = stacks.iter().flat_map(|&(first, count)| {
        (0..count).map(move |number| (first + number as f64 * LEADING) as i32)
    });
    for (height, place) in heights.iter_mut().zip(placed) {
        *height = place;
    }
}
