package intralinks

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Exchange is a virtual data room; the API calls it a workspace.
type Exchange struct {
	ID   int64
	Name string
	// Host is the organisation that runs the exchange, for people.
	Host string
	// Phase is OPEN, PREPARATION or HOLD (Intralinks developer portal), or a
	// word not known yet.
	Phase string
	// Type is ARC for an ordinary exchange and IL5 for a legacy one
	// (Intralinks Python SDK).
	Type string
	// SecurityLevel is 1 for a plain entrance; higher ones ask for a question
	// or a one-time password (Intralinks developer portal).
	SecurityLevel int
}

// Folder is a folder of an exchange.
type Folder struct {
	ID int64
	// ParentID is 0 at the root of the exchange.
	ParentID int64
	Name     string
}

// Document is one row of an exchange's document list.
type Document struct {
	ID int64
	// ParentID is the folder; 0 at the root of the exchange. It may name a
	// folder that the folder list lacks: the two are not one transaction.
	ParentID int64
	// Name has no extension; see FileName.
	Name string
	// Extension begins with a dot, or is "" .
	Extension string
	// Size in bytes.
	Size int64
	// FileHash is the SHA-1 of the content in standard base64; "" if the
	// document has no content (Intralinks Python SDK).
	FileHash string
	// FileHashDownload has the same form. Probably the hash of what a
	// download gives where that differs from the original (inferred).
	FileHashDownload string
	// Version is an opaque mark that any edit changes. Not a hash of the
	// content, and equal across unrelated objects.
	Version string
	// VersionNumber counts the versions of the content; 0 on a placeholder.
	VersionNumber int
	MimeType      string
	// IRM is set where the content is encrypted by rights management: the
	// bytes are of no use to anybody who is not signed in while reading.
	IRM bool
	// PDFProtection is NONE or a word that says otherwise.
	PDFProtection string
	// Deleted documents can appear in the list of a manager (inferred).
	Deleted bool
	// LockStatus is UNLOCKED, or a word for a document that is being edited;
	// other words are unknown.
	LockStatus string
	// Created is when the document was added to the exchange. Zero if unknown.
	Created time.Time
	// LastModified has a resolution of one second and is never a sign of
	// change by itself. Zero if unknown.
	LastModified time.Time
}

// FileName is the name with the extension.
func (d Document) FileName() string {
	if d.Extension == "" || strings.HasPrefix(d.Extension, ".") {
		return d.Name + d.Extension
	}
	return d.Name + "." + d.Extension
}

// Placeholder tells whether the document was created without a file, or caught
// between its creation and the upload of its file: no bytes and no hash
// (Intralinks Python SDK). An empty file has a hash.
func (d Document) Placeholder() bool {
	return d.Size == 0 && d.FileHash == ""
}

// Protected tells whether the listing says that a download will not give the
// plain content. A download can still turn out to be protected: protection can
// differ by group.
func (d Document) Protected() bool {
	return d.IRM || d.PDFProtection != "" && d.PDFProtection != "NONE"
}

// Splash is the screen shown at the entrance of an exchange, often an NDA.
type Splash struct {
	// Present is false where the exchange has no splash screen; the other
	// fields are empty then.
	Present bool
	// Required tells whether it must be accepted to get in.
	Required bool
	// Type and DisplayType as the server has them, such as PUBLIC and
	// DISPLAY_EVERYTIME.
	Type, DisplayType string
	// AcceptText is the label of the button.
	AcceptText string
	// Text is HTML of a stranger: never to be shown as it is.
	Text string
}

// TextHash is the SHA-256 of the text in hex, to record what was accepted; ""
// if there is nothing to accept and no text. A splash that has to be accepted
// and shows nothing but a picture has the hash of an empty text.
func (s Splash) TextHash() string {
	if s.Text == "" && !s.Required {
		return ""
	}
	sum := sha256.Sum256([]byte(s.Text))
	return hex.EncodeToString(sum[:])
}
