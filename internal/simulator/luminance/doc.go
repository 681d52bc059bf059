// Package luminance imitates the REST API of a Luminance instance as far as
// carrying documents into it can meet it: sign-in of a service user, Divisions
// (projects), folders, uploads, documents, QA tags and downloads, in the API
// versions 1.3, 1.4 and 1.5.
//
// Its promise: what the published API documents say, it does, to the letter and
// strictly; where they are silent, a named switch chooses, and nothing is stored
// unless the whole of it arrived. It shares no code with any client.
package luminance
