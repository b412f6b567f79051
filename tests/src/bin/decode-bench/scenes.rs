//! The kinds of scenes: what makes a code hard to read at a door.

use image::{GrayImage, Luma};

use crate::drawing::{Canvas, Dice, HEIGHT, Pose, WIDTH};

/// Letters of QR's alphanumeric mode, the one that tickets use.
const LETTERS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
/// Length of a ticket's text.
const TEXT: usize = 150;

/// A picture and what must be read in it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) picture: GrayImage,
    pub(crate) text: String,
}

/// One kind of scene.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Pixels a module, from and to.
    module: (f32, f32),
    /// Deviation of the blur, in modules.
    blur: f32,
    /// Movement during the exposure, in pixels.
    motion: f32,
    glare: bool,
    /// Shown on a telephone.
    moire: bool,
    /// Share of the code that is dirty or torn.
    damage: f32,
    /// Share of the light, and deviation of the noise in grey levels.
    light: (f32, f32),
    light_on_dark: bool,
    /// Largest lean in both directions; see [`Pose::lean`].
    lean: f32,
    /// Two more codes, further from the middle.
    several: bool,
}

const PLAIN: Kind = Kind {
    name: "sharp",
    module: (4.5, 8.0),
    blur: 0.0,
    motion: 0.0,
    glare: false,
    moire: false,
    damage: 0.0,
    light: (1.0, 3.0),
    light_on_dark: false,
    lean: 0.12,
    several: false,
};

pub(crate) const KINDS: &[Kind] = &[
    PLAIN,
    Kind { name: "slight blur", blur: 0.35, ..PLAIN },
    Kind { name: "strong blur", blur: 0.5, ..PLAIN },
    Kind { name: "motion", motion: 7.0, ..PLAIN },
    Kind { name: "glare", blur: 0.2, glare: true, ..PLAIN },
    Kind { name: "low light", blur: 0.25, light: (0.3, 6.0), ..PLAIN },
    Kind { name: "grain", module: (2.5, 5.0), blur: 0.25, light: (1.0, 8.0), ..PLAIN },
    Kind { name: "light on dark", blur: 0.3, light_on_dark: true, ..PLAIN },
    Kind { name: "small", module: (1.9, 2.8), blur: 0.25, ..PLAIN },
    Kind { name: "leaning", blur: 0.25, lean: 0.28, ..PLAIN },
    Kind { name: "screen", blur: 0.3, moire: true, ..PLAIN },
    Kind { name: "damaged", blur: 0.2, damage: 0.1, ..PLAIN },
    Kind { name: "several", module: (3.5, 5.0), blur: 0.2, several: true, ..PLAIN },
];

impl Kind {
    pub(crate) fn scene(&self, seed: u64) -> Case {
        let mut dice = Dice::new(seed);
        let text = ticket(&mut dice);
        let mut canvas = Canvas::door(&mut dice);
        let reach = if self.several { (60.0, 60.0) } else { (220.0, 80.0) };
        let middle = (640.0 + dice.between(-reach.0, reach.0), 360.0 + dice.between(-reach.1, reach.1));
        let module = self.draw(&mut canvas, &text, middle, &mut dice);
        if self.several {
            for x in [190.0, 1090.0] {
                let (other, y) = (ticket(&mut dice), 360.0 + dice.between(-150.0, 150.0));
                self.draw(&mut canvas, &other, (x, y), &mut dice);
            }
        }
        if self.damage > 0.0 {
            // Level M of 41 modules: half a side lies within 20 of them, however it is turned.
            canvas.damage(middle, 20.0 * module * std::f32::consts::FRAC_1_SQRT_2, self.damage, &mut dice);
        }
        if self.moire {
            canvas.moire(&mut dice);
        }
        if self.glare {
            canvas.glare(middle, &mut dice);
        }
        if self.motion > 0.0 {
            canvas.motion(self.motion, &mut dice);
        }
        Case { picture: canvas.expose(self.blur * module, self.light.0, self.light.1, &mut dice), text }
    }

    /// Draws a code somehow held and says how many pixels its modules have.
    fn draw(&self, canvas: &mut Canvas, text: &str, middle: (f32, f32), dice: &mut Dice) -> f32 {
        let pose = Pose {
            middle,
            module: dice.between(self.module.0, self.module.1),
            turn: dice.between(0.0, std::f32::consts::TAU),
            lean: (dice.between(-self.lean, self.lean), dice.between(-self.lean, self.lean)),
        };
        let (dark, light) = (dice.between(15.0, 50.0), dice.between(200.0, 245.0));
        let inks = if self.light_on_dark { (light, dark) } else { (dark, light) };
        // A text that fits no code would only make the scene unreadable, and so be seen.
        let _ = canvas.code(text, &pose, inks);
        pose.module
    }
}

fn ticket(dice: &mut Dice) -> String {
    (0..TEXT).map(|_| char::from(LETTERS[dice.below(LETTERS.len())])).collect()
}

/// Frames that hold no code: what a camera sees between two guests, and what is made to cost time.
pub(crate) fn without_code(count: u64) -> Vec<(&'static str, Vec<GrayImage>)> {
    let door = |blur: f32, light: f32, noise: f32| {
        let frame = move |seed| {
            let mut dice = Dice::new(seed);
            Canvas::door(&mut dice).expose(blur, light, noise, &mut dice)
        };
        (1..=count).map(frame).collect::<Vec<_>>()
    };
    let drawn = |grey: fn(u32, u32, &mut Dice) -> u8| {
        let frame = move |seed| {
            let mut dice = Dice::new(seed);
            GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([grey(x, y, &mut dice)]))
        };
        (1..=count).map(frame).collect::<Vec<_>>()
    };
    vec![
        ("no code: door", door(1.0, 1.0, 3.0)),
        ("no code: dark door", door(1.0, 0.3, 6.0)),
        ("no code: covered lens", drawn(|_, _, _| 0)),
        ("no code: noise", drawn(|_, _, dice| dice.bits() as u8)),
        ("no code: gravel", drawn(|x, y, _| gravel(x / 4, y / 4))),
        ("no code: finder patterns", drawn(|x, y, _| finder(x / 4 % 9, y / 4 % 9))),
    ]
}

/// Black and white squares without order, always the same ones.
fn gravel(x: u32, y: u32) -> u8 {
    if Dice::new(u64::from(x) << 32 | u64::from(y)).bits() & 1 == 0 { 20 } else { 220 }
}

/// A finder pattern on nine by nine modules.
fn finder(x: u32, y: u32) -> u8 {
    let ring = x.abs_diff(4).max(y.abs_diff(4));
    if ring <= 1 || ring == 3 { 20 } else { 220 }
}
