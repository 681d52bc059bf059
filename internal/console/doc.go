// Package console serves pages for those who look rather than type: integrations, syncs, what is left and why, the
// register of what arrived, and a browser of data rooms that ends in a new sync.
//
// Its promise: all that it shows and does, it shows and does as the person who is signed in. It has no users of its own.
// Somebody signs in with a token of the cluster; single objects are read and written with that token, and lists and live
// data are shown only after the API server has said, asked with that token, that its owner may see them. No header that
// names a person is believed.
//
// Every page works without script. A small script of the console's own keeps pages fresh and opens branches of a tree in
// their place. Nothing comes from elsewhere, and the policy of the pages lets nothing in.
package console
