//! What a screen asks of its node.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_health_goes_to_a_file_of_the_data_directory() {
    let place = Place::new();
    let node = place.node(Answers::Nobody);
    let mut link =
        crate::node::desk::open(&node, tokio::sync::watch::Sender::default().subscribe());
    let save = AppCommand::SaveReport("all is well\n".to_owned());
    link.commands.send(save).await.unwrap();
    let path = place.data_dir().join("health.txt");
    let said = link.words.recv().await.unwrap();
    assert!(said.contains(path.to_str().unwrap()), "{said}");
    assert_eq!(std::fs::read_to_string(path).unwrap(), "all is well\n");
}

/// What the first page of all asks for comes together: the looks that were chosen there, then the
/// name.
#[tokio::test(flavor = "multi_thread")]
async fn looks_and_name_of_the_first_start_are_both_remembered() {
    let place = Place::new().without("BITCRAPS_NAME");
    let node = place.node(Answers::Person);
    let link = crate::node::desk::open(&node, tokio::sync::watch::Sender::default().subscribe());
    let start = begins(&node);
    wants(&node, |view| *view == StartView::NameNeeded).await;
    let mut looks = node.config.screen.clone();
    looks.ascii = true;
    link.commands.send(AppCommand::Save(looks)).await.unwrap();
    let begin = AppCommand::Begin {
        name: "bo".to_owned(),
        passphrase: None,
    };
    link.commands.send(begin).await.unwrap();
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    // Taken back, and another change.
    let mut looks = node.config.screen.clone();
    looks.reduced_motion = true;
    link.commands
        .send(AppCommand::Save(looks.clone()))
        .await
        .unwrap();
    let remembered = async {
        loop {
            let profile = Profile::load(&place.data_dir()).unwrap();
            let mut config = place.config();
            profile.apply(&mut config);
            if config.screen == looks {
                break profile.name;
            }
            tokio::task::yield_now().await;
        }
    };
    let name = tokio::time::timeout(Duration::from_secs(20), remembered).await;
    assert_eq!(name.unwrap().as_deref(), Some("bo"));
}
