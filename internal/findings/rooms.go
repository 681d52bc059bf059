package findings

import "time"

// Exchange is an exchange that the account can see.
type Exchange struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// Host is the organisation that runs it.
	Host string `json:"host"`
	// Phase is OPEN, PREPARATION or HOLD (Intralinks developer portal), or a word not known yet.
	Phase string `json:"phase"`
	// Type is ARC for an ordinary exchange and IL5 for a legacy one (Intralinks Python SDK).
	Type string `json:"type,omitempty"`
	// SecurityLevel is 1 for a plain entrance; higher ones ask for a question or a one-time password, which only a person
	// can answer (Intralinks developer portal). 0 where it isn't told.
	SecurityLevel int `json:"securityLevel"`
	// Splash is the screen at its entrance; nil where nobody has looked.
	Splash *Splash `json:"splash,omitempty"`
	// Syncs are the FolderSyncs of the namespace that read it, by name.
	Syncs []string `json:"syncs,omitempty"`
}

// Splash is the screen at the entrance of an exchange, often an NDA.
type Splash struct {
	// Required: it has to be accepted before the exchange can be read.
	Required bool `json:"required"`
	// TextHash is the SHA-256 of its text, in hex: what spec.source.splash.acceptedTextHash takes. Empty where there is none.
	TextHash string `json:"textHash,omitempty"`
	// Accepted: a FolderSync of the namespace consents to it.
	Accepted bool `json:"accepted"`
}

// Exchanges is the answer about all exchanges of an account.
type Exchanges struct {
	Items []Exchange `json:"items"`
	// Account is the e-mail of the Intralinks account, where it is known.
	Account string `json:"account,omitempty"`
}

// Folder of an exchange.
type Folder struct {
	ID       int64 `json:"id"`
	ParentID int64 `json:"parentID"`
	// Name of the folder, empty for the exchange itself; Path from the exchange's root, beginning with a slash.
	Name string `json:"name"`
	Path string `json:"path"`
	// Depth below the folder that was asked for, which has 0.
	Depth int `json:"depth"`
	// Folders, Documents and Bytes right in it; AllFolders, AllDocuments and AllBytes in it and all that is below.
	Folders      int   `json:"folders"`
	Documents    int   `json:"documents"`
	Bytes        int64 `json:"bytes"`
	AllFolders   int   `json:"allFolders"`
	AllDocuments int   `json:"allDocuments"`
	AllBytes     int64 `json:"allBytes"`
}

// File is a document right in a folder, as the exchange lists it.
type File struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size"`
	// Version counts those of the content; 0 on a placeholder.
	Version int64 `json:"version"`
	// Protected: encrypted under rights management. Placeholder: has no file yet.
	Protected   bool `json:"protected,omitempty"`
	Placeholder bool `json:"placeholder,omitempty"`
}

// Tree is an exchange below a folder.
type Tree struct {
	Exchange Reference `json:"exchange"`
	// Folders, parents before children and siblings by name; the first is the one that was asked for.
	Folders []Folder `json:"folders"`
	// Files right in that folder, by name, where they were asked for.
	Files []File `json:"files,omitempty"`
	// FileCount is how many there are, where Files is only a page of them.
	FileCount int `json:"fileCount,omitempty"`
	// Orphaned counts documents in folders that no path leads to. They are in no folder of this tree.
	Orphaned int `json:"orphaned,omitempty"`
}

// Reference is an exchange or a Division.
type Reference struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Division of a Luminance instance.
type Division struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Moniker string `json:"moniker,omitempty"`
	// State is active, deleted or disabled; Type such as corporate or diligence (Luminance API v1.4).
	State string `json:"state,omitempty"`
	Type  string `json:"type,omitempty"`
}

// Divisions is the answer about all Divisions that the service user can see.
type Divisions struct {
	Items []Division `json:"items"`
	// Requests that it cost of the instance's allowance.
	Requests int64 `json:"requests"`
}

// DivisionFolder is a folder of a Division.
type DivisionFolder struct {
	ID int64 `json:"id"`
	// Path from the Division's root, beginning with a slash.
	Path  string `json:"path"`
	Depth int    `json:"depth"`
	// Sync is the FolderSync of the namespace that feeds it; empty where none does.
	Sync string `json:"sync,omitempty"`
}

// DivisionFolders is the answer about the folders of a Division.
type DivisionFolders struct {
	Division Reference `json:"division"`
	// Items, parents before children and siblings by name.
	Items []DivisionFolder `json:"items"`
	// Requests that it cost of the instance's allowance.
	Requests int64 `json:"requests"`
	// Incomplete says why folders may be missing; empty where none are.
	Incomplete string `json:"incomplete,omitempty"`
}

// Allowance of a Luminance instance, as it stands now.
type Allowance struct {
	Instance string `json:"instance"`
	// Limit is how many requests the operator may send in a period, the reserve taken off; Used how many of them the running
	// period has seen; Waiting how many wait for one.
	Limit   int `json:"limit"`
	Used    int `json:"used"`
	Waiting int `json:"waiting"`
	// Period is its length, such as 10m0s.
	Period string `json:"period"`
	// FreeAt is when the next request becomes free; zero if one is now. PausedUntil is when requests go on after the instance
	// has refused one for their number; zero if nothing is paused.
	FreeAt      time.Time `json:"freeAt,omitzero"`
	PausedUntil time.Time `json:"pausedUntil,omitzero"`
}
