//! The plane of a code seen by a camera: a perspective map fitted to known points.

/// A point in the plane: modules of a code or pixels of a picture.
pub(super) type Spot = (f64, f64);

/// A perspective map from one plane to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Homography([f64; 9]);

impl Homography {
    /// The map that brings every first point closest to its second one, by linear least squares
    /// (Hartley & Zisserman, Multiple View Geometry, 4.1). `None` for fewer than four pairs or
    /// points on one line. Coordinates must be of the order of 1,
    /// or rounding spoils the fit.
    pub(super) fn fit(pairs: &[(Spot, Spot)]) -> Option<Self> {
        if pairs.len() < 4 {
            return None;
        }
        let mut normal = [[0.0; 9]; 8];
        for &((u, v), (x, y)) in pairs {
            let across = [u, v, 1.0, 0.0, 0.0, 0.0, -u * x, -v * x, x];
            let down = [0.0, 0.0, 0.0, u, v, 1.0, -u * y, -v * y, y];
            for row in [across, down] {
                for (line, left) in normal.iter_mut().zip(row) {
                    line.iter_mut().zip(row).for_each(|(sum, right)| *sum += left * right);
                }
            }
        }
        let [a, b, c, d, e, f, g, h] = solve(normal)?;
        Some(Self([a, b, c, d, e, f, g, h, 1.0]))
    }

    /// Where a point lands; not finite on the horizon.
    pub(super) fn map(&self, (u, v): Spot) -> Spot {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let depth = g * u + h * v + i;
        ((a * u + b * v + c) / depth, (d * u + e * v + f) / depth)
    }

    /// Mean square distance by which the map misses the second points.
    pub(super) fn error(&self, pairs: &[(Spot, Spot)]) -> f64 {
        let miss = |&(from, to): &(Spot, Spot)| {
            let at = self.map(from);
            (at.0 - to.0).powi(2) + (at.1 - to.1).powi(2)
        };
        pairs.iter().map(miss).sum::<f64>() / pairs.len().max(1) as f64
    }
}

/// Solves eight equations by elimination with pivots. `None` when they do not determine a solution.
fn solve(mut lines: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let size = |line: &usize| lines[*line][column].abs();
        let pivot = (column..8).max_by(|a, b| size(a).total_cmp(&size(b)))?;
        lines.swap(column, pivot);
        let top = lines[column];
        if top[column].abs() < 1e-12 {
            return None;
        }
        for (_, line) in lines.iter_mut().enumerate().filter(|(row, _)| *row != column) {
            let factor = line[column] / top[column];
            line.iter_mut().zip(top).for_each(|(cell, above)| *cell -= factor * above);
        }
    }
    let mut solution = [0.0; 8];
    for (at, value) in solution.iter_mut().enumerate() {
        *value = lines[at][8] / lines[at][at];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fitted_map_lands_on_its_points() {
        let truth = Homography([0.9, 0.2, 0.1, -0.3, 1.1, 0.4, 0.15, -0.2, 1.0]);
        let grid = (0..12).map(|i| (f64::from(i % 4) / 3.0, f64::from(i / 4) / 2.0));
        let pairs: Vec<_> = grid.map(|spot| (spot, truth.map(spot))).collect();
        let fitted = Homography::fit(&pairs).unwrap();
        assert!(fitted.error(&pairs) < 1e-12);
        assert!(Homography::fit(&pairs[..3]).is_none());
    }

    #[test]
    fn points_on_one_line_have_no_map() {
        let pairs: Vec<_> = (0..8).map(|i| ((f64::from(i), 0.0), (f64::from(i), 1.0))).collect();
        assert!(Homography::fit(&pairs).is_none());
    }
}
