package intralinks

import (
	"encoding/json"
	"errors"
	"strings"
)

// errNoID is an item of a list that cannot be told from others.
var errNoID = errors.New("an item of the list has no id")

// wireItem is a list item as it is sent; model turns it into what this package
// hands out.
type wireItem[T any] interface {
	model() (T, error)
}

type wireExchange struct {
	ID            ID     `json:"id"`
	Name          string `json:"name"`
	WorkspaceName string `json:"workspaceName"`
	Host          string `json:"host"`
	Phase         string `json:"phase"`
	Type          string `json:"type"`
	SecurityLevel ID     `json:"securityLevel"`
}

func (w wireExchange) model() (Exchange, error) {
	if w.ID <= 0 {
		return Exchange{}, errNoID
	}
	name := w.Name
	if name == "" {
		name = w.WorkspaceName
	}
	return Exchange{
		ID: int64(w.ID), Name: name, Host: w.Host, Phase: w.Phase, Type: w.Type,
		SecurityLevel: int(w.SecurityLevel),
	}, nil
}

type wireFolder struct {
	ID       ID     `json:"id"`
	ParentID ID     `json:"parentId"`
	Name     string `json:"name"`
}

func (w wireFolder) model() (Folder, error) {
	if w.ID <= 0 {
		return Folder{}, errNoID
	}
	return Folder{ID: int64(w.ID), ParentID: parent(w.ParentID), Name: withoutNUL(w.Name)}, nil
}

type wireDocument struct {
	ID               ID     `json:"id"`
	ParentID         ID     `json:"parentId"`
	Name             string `json:"name"`
	Extension        string `json:"extension"`
	FileSize         ID     `json:"fileSize"`
	FileHash         string `json:"fileHash"`
	FileHashDownload string `json:"fileHashDownload"`
	Version          opaque `json:"version"`
	VersionNumber    ID     `json:"versionNumber"`
	MimeType         string `json:"mimeType"`
	IsIRMSecured     Bool   `json:"isIrmSecured"`
	PDFProtection    string `json:"pdfProtection"`
	IsDeleted        Bool   `json:"isDeleted"`
	CreatedOn        Time   `json:"createdOn"`
	LastModifiedOn   Time   `json:"lastModifiedOn"`
	XMLLock          struct {
		ContentLockStatus string `json:"contentLockStatus"`
	} `json:"xmlLock"`
}

func (w wireDocument) model() (Document, error) {
	if w.ID <= 0 {
		return Document{}, errNoID
	}
	return Document{
		ID: int64(w.ID), ParentID: parent(w.ParentID),
		Name: withoutNUL(w.Name), Extension: withoutNUL(w.Extension),
		Size: int64(w.FileSize), FileHash: withoutNUL(w.FileHash), FileHashDownload: withoutNUL(w.FileHashDownload),
		Version: string(w.Version), VersionNumber: int(w.VersionNumber), MimeType: w.MimeType,
		IRM: bool(w.IsIRMSecured), PDFProtection: w.PDFProtection, Deleted: bool(w.IsDeleted),
		LockStatus: w.XMLLock.ContentLockStatus, Created: w.CreatedOn.Time, LastModified: w.LastModifiedOn.Time,
	}, nil
}

// withoutNUL replaces a character that JSON can carry, and neither a path nor a database.
func withoutNUL(s string) string { return strings.ReplaceAll(s, "\x00", "\uFFFD") }

// parent maps both spellings of "at the root" to 0: the key is absent, or −1
// (Intralinks Python SDK).
func parent(id ID) int64 {
	return max(int64(id), 0)
}

// opaque is a string, or the text of a number: the version of an exchange is a
// number where that of a document is a string.
type opaque string

// UnmarshalJSON implements json.Unmarshaler.
func (o *opaque) UnmarshalJSON(data []byte) error {
	var t looseText
	err := t.UnmarshalJSON(data)
	*o = opaque(t)
	return err
}

type wireSplash struct {
	SplashRequired Bool   `json:"splashRequired"`
	SplashType     string `json:"splashType"`
	DisplayType    string `json:"displayType"`
	AcceptText     string `json:"acceptText"`
	SplashText     string `json:"splashText"`
}

// splashIn reads the answer's `splash`; none is a splash that is not present.
func splashIn(keys map[string]json.RawMessage) (Splash, error) {
	raw, ok := keys["splash"]
	if !ok || !present(raw) {
		return Splash{}, nil
	}
	var list oneOrMany[wireSplash]
	if err := json.Unmarshal(raw, &list); err != nil {
		return Splash{}, err
	}
	if len(list) == 0 || list[0] == (wireSplash{}) {
		return Splash{}, nil
	}
	w := list[0]
	return Splash{
		Present: true, Required: bool(w.SplashRequired), Type: w.SplashType,
		DisplayType: w.DisplayType, AcceptText: w.AcceptText, Text: w.SplashText,
	}, nil
}
