//! A square seen from anywhere: places in the code to places in the picture.

/// A place in a picture, in pixels.
pub(super) type Point = (f32, f32);

/// A plane in perspective: the unit square onto four points.
#[derive(Clone, Copy)]
pub(super) struct Square {
    x: [f32; 3],
    y: [f32; 3],
    under: [f32; 2],
}

impl Square {
    /// Onto the points of (0, 0), (1, 0), (1, 1) and (0, 1). Points on one line make places that are no numbers, and those
    /// are outside of every picture.
    pub fn onto([a, b, c, d]: [Point; 4]) -> Self {
        let (bc, dc) = (minus(b, c), minus(d, c));
        let rest = (a.0 - b.0 + c.0 - d.0, a.1 - b.1 + c.1 - d.1);
        let under = bc.0 * dc.1 - dc.0 * bc.1;
        let g = (rest.0 * dc.1 - dc.0 * rest.1) / under;
        let h = (bc.0 * rest.1 - rest.0 * bc.1) / under;
        Self {
            x: [b.0 - a.0 + g * b.0, d.0 - a.0 + h * d.0, a.0],
            y: [b.1 - a.1 + g * b.1, d.1 - a.1 + h * d.1, a.1],
            under: [g, h],
        }
    }

    /// The picture's place of one in the square.
    pub fn place(&self, (u, v): Point) -> Point {
        let under = self.under[0] * u + self.under[1] * v + 1.0;
        let over = |row: [f32; 3]| (row[0] * u + row[1] * v + row[2]) / under;
        (over(self.x), over(self.y))
    }
}

pub(super) fn minus(a: Point, b: Point) -> Point {
    (a.0 - b.0, a.1 - b.1)
}

pub(super) fn plus(a: Point, b: Point) -> Point {
    (a.0 + b.0, a.1 + b.1)
}

pub(super) fn times(a: Point, n: f32) -> Point {
    (a.0 * n, a.1 * n)
}

pub(super) fn length(a: Point) -> f32 {
    a.0.hypot(a.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_come_to_their_points_and_the_middle_to_where_the_diagonals_cross() {
        let points = [(10.0, 10.0), (90.0, 20.0), (70.0, 80.0), (20.0, 60.0)];
        let square = Square::onto(points);
        for (corner, point) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].into_iter().zip(points) {
            assert!(length(minus(square.place(corner), point)) < 0.01, "{corner:?}");
        }
        let middle = square.place((0.5, 0.5));
        // On the line from (10, 10) to (70, 80).
        assert!(
            ((middle.0 - 10.0) * 70.0 - (middle.1 - 10.0) * 60.0).abs() < 0.1,
            "{middle:?}"
        );
    }
}
