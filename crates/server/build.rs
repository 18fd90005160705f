//! Makes sure that the folder of the built web application exists, so that a checkout compiles
//! without Node, and that building the pages again builds the server again.

fn main() -> std::io::Result<()> {
    let dist = "../../web/dist";
    std::fs::create_dir_all(dist)?;
    // Cargo's own instructions go through standard output.
    println!("cargo::rerun-if-changed={dist}");
    Ok(())
}
