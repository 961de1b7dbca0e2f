// The door of the evidence layer: what is sealed, proved, shown in part, and checked.
// Included by engine/, serve/ and cli/.
// See the headers behind it for lifetimes.
// See the headers behind it for threads.
// Refuses what can't be proved.
#pragma once

#include "evidence/age/age_file.h"                // age_seal()
#include "evidence/age/recipient.h"               // parse_recipient(), parse_identity_file()
#include "evidence/check/check_folder.h"           // check_folder()
#include "evidence/documents/disclosure.h"        // make_disclosure(), digest_of()
#include "evidence/documents/finding_document.h"  // seal_finding(), read_finding_document()
#include "evidence/keep/copy_folder.h"            // copy_folder()
#include "evidence/keep/retention.h"              // hold_entries(), deletion_entries(), remove_deleted()
#include "evidence/keep/sweep_folder.h"           // sweep_folder()
#include "evidence/keys/key_file.h"               // make_key_file(), open_key_file()
#include "evidence/keys/pkcs11.h"                 // open_pkcs11(), make_pkcs11_key(), is_pkcs11_uri()
#include "evidence/log/contents.h"                // read_contents(), SegmentClaim
#include "evidence/log/entry.h"                   // make_entry(), Custody
#include "evidence/log/folder.h"                  // make_log_folder()
#include "evidence/log/log.h"                     // Log
#include "evidence/log/reader.h"                  // LogReader
#include "evidence/log/settings.h"                // LogSettings, begin_settings()
#include "evidence/merkle/tree_hash.h"            // node_hash()
#include "evidence/net/http_post.h"                // http_post()
#include "evidence/package/check_package.h"       // check_package()
#include "evidence/package/package.h"             // make_package()
#include "evidence/package/zip.h"                 // write_zip()
#include "evidence/segments/cutter.h"             // Cutter
#include "evidence/segments/segment.h"            // seal_segment(), Segment
#include "evidence/segments/segment_folder.h"     // write_segment(), read_segment()
#include "evidence/timestamp/authorities.h"        // parse_authorities()
#include "evidence/timestamp/client.h"             // ask_authority()
#include "evidence/timestamp/query.h"              // make_query()
#include "evidence/timestamp/reply.h"              // verify_reply()
#include "evidence/witness/request.h"              // AddCheckpoint
#include "evidence/witness/witness.h"             // Witness
