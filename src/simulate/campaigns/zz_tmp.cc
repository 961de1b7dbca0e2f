#include "simulate/campaign.h"
namespace custos::simulate::zz_tmp {
extern const Campaign campaign;
const Campaign campaign{"none", "nothing", nullptr};
}
