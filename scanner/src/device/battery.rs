//! The battery's charge, for the dashboard: a handheld that dies at the door should be seen coming.

use std::fs;
use std::path::Path;

/// Where Linux shows power supplies.
const POWER_SUPPLIES: &str = "/sys/class/power_supply";

/// Charge of the device's own battery in percent; `None` without one or where the system does not tell.
pub fn battery_percent() -> Option<u8> {
    battery_percent_in(Path::new(POWER_SUPPLIES))
}

/// The same in another folder. The emptiest battery counts; those of peripherals (`scope` is `Device`) do not.
pub fn battery_percent_in(folder: &Path) -> Option<u8> {
    let supplies = fs::read_dir(folder).ok()?;
    supplies.filter_map(|supply| charge(&supply.ok()?.path())).min()
}

fn charge(supply: &Path) -> Option<u8> {
    let read = |name: &str| fs::read_to_string(supply.join(name)).ok().map(|text| text.trim().to_owned());
    let own = read("type")? == "Battery" && read("scope").as_deref() != Some("Device");
    let percent = own.then(|| read("capacity")).flatten()?.parse::<u8>().ok()?;
    Some(percent.min(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supply(folder: &Path, name: &str, files: &[(&str, &str)]) {
        fs::create_dir(folder.join(name)).unwrap();
        for (file, content) in files {
            fs::write(folder.join(name).join(file), content).unwrap();
        }
    }

    #[test]
    fn the_emptiest_own_battery_counts() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(battery_percent_in(folder.path()), None);
        supply(folder.path(), "AC", &[("type", "Mains\n")]);
        supply(folder.path(), "mouse", &[("type", "Battery\n"), ("scope", "Device\n"), ("capacity", "3\n")]);
        assert_eq!(battery_percent_in(folder.path()), None);
        supply(folder.path(), "BAT0", &[("type", "Battery\n"), ("capacity", "88\n")]);
        supply(folder.path(), "BAT1", &[("type", "Battery\n"), ("capacity", "41\n")]);
        assert_eq!(battery_percent_in(folder.path()), Some(41));
    }
}
