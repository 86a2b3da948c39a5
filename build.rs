//! Tells cargo when the dashboard has changed. What is in `dashboard/dist` is embedded as it
//! is (`src/server/assets.rs`): nothing is built, run or fetched here.

use std::path::Path;

const DASHBOARD: &str = "dashboard";
const BUILT: &str = "dashboard/dist";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A path that is not there counts as changed each time, and would build the program each
    // time. So where nothing is built yet, what is watched is the folder it will appear in.
    let mut folders = [BUILT, DASHBOARD].into_iter();
    if let Some(folder) = folders.find(|folder| Path::new(folder).exists()) {
        println!("cargo:rerun-if-changed={folder}");
    }
}
