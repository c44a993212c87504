//! The store's pages in a real browser: links, contents, light and dark, narrow and on paper, by keyboard and without
//! JavaScript, judged by axe.

mod site {
    mod contents;
    mod links;
    mod look;
    mod pages;
    mod paper;
    mod server;
}
